import { expect, test } from 'vitest';

import { withoutUsage } from './without-usage.ts';

const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
const tail = { service_tier: null, system_fingerprint: undefined, choices: [{}] };

test.each<[name: string, chunk: object, expected: object]>([
  [
    "in OpenAI's format",
    { ...head, ...tail, usage: null, obfuscation: 'x' },
    { ...head, ...tail, obfuscation: 'x' },
  ],
  ['without obfuscation', { ...head, ...tail, usage: null }, { ...head, ...tail }],
  ['without a tier', { ...head, choices: [], usage: null }, { ...head, choices: [] }],
  ['with fields in another order', { usage: null, ...head, ...tail }, { ...head, ...tail }],
  [
    'with further fields',
    { ...head, ...tail, usage: null, obfuscation: 'x', y: 1 },
    { ...head, ...tail, obfuscation: 'x', y: 1 },
  ],
  ['with only the usage', { usage: null }, {}],
  ['that is truncated', { ...head }, head],
])('removes the usage from a chunk %s', (_name, chunk, expected) => {
  const before = { ...chunk };
  const seen = withoutUsage(chunk);
  expect(seen).toStrictEqual(expected);
  expect(Object.keys(seen)).toEqual(Object.keys(expected));
  expect(chunk).toStrictEqual(before);
});
