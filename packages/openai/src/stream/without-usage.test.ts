import { expect, test } from 'vitest';

import { withoutUsage } from './without-usage.ts';

const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
const tail = { service_tier: null, system_fingerprint: undefined, choices: [{}] };

test.each<[name: string, chunk: object, expected: object]>([
  [
    'as OpenAI sends it',
    { ...head, ...tail, usage: null, obfuscation: 'x' },
    { ...head, ...tail, obfuscation: 'x' },
  ],
  ['without obfuscation', { ...head, ...tail, usage: null }, { ...head, ...tail }],
  ['without a tier', { ...head, choices: [], usage: null }, { ...head, choices: [] }],
  ['in another order', { usage: null, ...head, ...tail }, { ...head, ...tail }],
  [
    'with more',
    { ...head, ...tail, usage: null, obfuscation: 'x', y: 1 },
    { ...head, ...tail, obfuscation: 'x', y: 1 },
  ],
  ['with nothing else', { usage: null }, {}],
  ['cut short', { ...head }, head],
])('a chunk %s', (_name, chunk, expected) => {
  const before = { ...chunk };
  const seen = withoutUsage(chunk);
  expect(seen).toStrictEqual(expected);
  expect(Object.keys(seen)).toEqual(Object.keys(expected));
  expect(chunk).toStrictEqual(before);
});
