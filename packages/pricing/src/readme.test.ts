import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import * as pricing from './index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it("the README's example prints the documented output", () => {
  const example = /```js\n([^]*?)```/.exec(readme)?.[1] ?? '';
  const printed: string[] = [];
  const log = (value: unknown): number => printed.push(typeof value === 'string' ? value : inspect(value));
  const code = example.replace(/import (\{.*\}) from '@userspan\/pricing';/, 'const $1 = pricing;');
  // oxlint-disable-next-line no-implied-eval, no-new-func
  new Function('pricing', 'console', code)(pricing, { log });
  const stated = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
  expect(stated.length).toBeGreaterThan(3);
  expect(printed).toEqual(stated);
});

it("parsePrices accepts the README's file", () => {
  const file = /```json\n([^]*?)```/.exec(readme)?.[1] ?? '';
  expect(pricing.parsePrices(file)).toHaveProperty('models');
});
