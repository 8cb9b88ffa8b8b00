import { expect, test } from 'vitest';

import { fullUsage, shortUsage } from './stored-usage.ts';

const NONE = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, reasoning_tokens: 0 };

test.each([
  [
    'all counts in columns',
    { inputTokens: 12, outputTokens: 5, cachedInputTokens: 3, reasoningOutputTokens: 1 },
    '{"inputTokens":"=","outputTokens":"=","cachedInputTokens":"=","reasoningOutputTokens":"="}',
  ],
  ['a zero', { inputTokens: 12, cachedInputTokens: 0 }, '{"inputTokens":"=","cachedInputTokens":"="}'],
  ['none', {}, '{}'],
  [
    'counts without a column',
    { cacheWriteTokens: 12, inputTokens: 12, seconds: 1.5 },
    '{"cacheWriteTokens":12,"inputTokens":"=","seconds":1.5}',
  ],
  ['a number that the column cannot represent exactly', { inputTokens: 1e300 }, '{"inputTokens":1e+300}'],
  ["a count that has the column's count as prefix", { inputTokens: 12.5 }, '{"inputTokens":12.5}'],
  [
    'a string that looks like a placeholder',
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
  // In the format of an older version.
  expect(fullUsage(row)).toBe(row.usage);
});
