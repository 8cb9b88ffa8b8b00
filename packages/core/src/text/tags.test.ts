import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { toTags } from './tags.ts';

const warn = vi.fn();

beforeEach(() => {
  const ignore = (): void => {};
  // A new logger for each test, because a warning is logged once per logger.
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});
afterEach(() => {
  diag.disable();
  warn.mockReset();
});

const revoked = (target: object): unknown => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const throwing = (property: string): unknown =>
  new Proxy(['a', 'b'], {
    get(target, key) {
      if (key === property) throw new Error('x');
      return Reflect.get(target, key) as unknown;
    },
  });
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `t${i}`);
const long = 'x'.repeat(256);

test.each<[string, unknown, string[] | undefined, number]>([
  ['none', undefined, undefined, 0],
  ['null', null, undefined, 0],
  ['an empty list', [], undefined, 0],
  ['strings, in order', ['b', 'a'], ['b', 'a'], 0],
  ['a duplicate', ['a', 'b', 'a'], ['a', 'b'], 0],
  ['a tag of the maximum length', [long], [long], 0],
  ['a tag over the maximum length', [`${long}x`, 'a'], ['a'], 1],
  ['an empty tag', ['', 'a'], ['a'], 1],
  ['the maximum number of tags', numbered(32), numbered(32), 0],
  ['the maximum number of tags and a duplicate', [...numbered(32), 't0'], numbered(32), 0],
  ['one tag over the maximum number', numbered(33), numbered(32), 1],
  ['a lone surrogate', ['a\uD800'], ['a\uFFFD'], 0],
  ['values that are not strings', [1, null, {}, Symbol('s'), 'a'], ['a'], 1],
  ['a string in place of a list', 'a', undefined, 1],
  ['an object', { 0: 'a', length: 1 }, undefined, 1],
  ['a sparse array of any length', Object.assign([], { length: 2 ** 32 - 1, 0: 'a' }), ['a'], 1],
  ['a revoked proxy', revoked([]), undefined, 1],
  ['a proxy whose length throws', throwing('length'), undefined, 1],
  ['a proxy whose item throws', throwing('1'), ['a'], 1],
])('tags: %s', (_, tags, expected, warnings) => {
  expect(toTags(tags)).toEqual(expected);
  expect(warn).toHaveBeenCalledTimes(warnings);
});
