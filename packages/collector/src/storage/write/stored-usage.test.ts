import { expect, test } from 'vitest';

import { fullUsage, shortUsage } from './stored-usage.ts';

const NONE = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, reasoning_tokens: 0 };

test.each([
  [
    'all of them',
    { inputTokens: 12, outputTokens: 5, cachedInputTokens: 3, reasoningOutputTokens: 1 },
    '{"inputTokens":"=","outputTokens":"=","cachedInputTokens":"=","reasoningOutputTokens":"="}',
  ],
  ['a zero', { inputTokens: 12, cachedInputTokens: 0 }, '{"inputTokens":"=","cachedInputTokens":"="}'],
  ['none', {}, '{}'],
  [
    'what has no column',
    { cacheWriteTokens: 12, inputTokens: 12, seconds: 1.5 },
    '{"cacheWriteTokens":12,"inputTokens":"=","seconds":1.5}',
  ],
  ['a number that the column has not whole', { inputTokens: 1e300 }, '{"inputTokens":1e+300}'],
  ['one that begins like the one of the column', { inputTokens: 12.5 }, '{"inputTokens":12.5}'],
  [
    'text that looks like it',
    { quality: '"inputTokens":12,', inputTokens: 12 },
    '{"quality":"\\"inputTokens\\":12,","inputTokens":"="}',
  ],
])('%s', (_, usage, stored) => {
  const row = {
    ...NONE,
    input_tokens: 12,
    output_tokens: 5,
    cached_tokens: 'cachedInputTokens' in usage ? usage.cachedInputTokens : 0,
    reasoning_tokens: 1,
    usage: JSON.stringify(usage),
  };
  expect(shortUsage(row)).toBe(stored);
  expect(fullUsage({ ...row, usage: stored })).toBe(row.usage);
  // As an older version wrote it.
  expect(fullUsage(row)).toBe(row.usage);
});
