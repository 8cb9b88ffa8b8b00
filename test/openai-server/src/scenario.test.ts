import { describe, expect, test } from 'vitest';

import { parseScenario, scenarioOf } from './scenario.ts';

describe('scenarios', () => {
  test.each([
    ['fail 429', { fail: 429 }],
    ['fail 429 twice; retry after 20ms', { fail: 429, failTimes: 2, retryAfterMs: 20 }],
    ['fail 500 4 times', { fail: 500, failTimes: 4 }],
    ['reset once', { reset: true, failTimes: 1 }],
    ['words 3', { text: 'word1 word2 word3' }],
    [
      'input 1200; cached 1024; reasoning 64',
      {
        usage: { inputTokens: 1200, cachedInputTokens: 1024, reasoningOutputTokens: 64 },
      },
    ],
    [
      'call a {"x":1}; call b',
      {
        calls: [
          { name: 'a', arguments: '{"x":1}' },
          { name: 'b', arguments: '{}' },
        ],
      },
    ],
    ['web search 2; file search', { tools: { 'web search': 2, 'file search': 1 } }],
    ['Tell me about errors like fail 429', undefined],
    ['fail 429 twice, please', undefined],
    ['', undefined],
  ])('%s', (text, scenario) => {
    expect(parseScenario(text)).toEqual(scenario);
  });

  test('gives the header precedence over the prompt, and rejects an invalid one', () => {
    expect(scenarioOf('tier flex', 'fail 500')).toEqual({ tier: 'flex' });
    expect(() => scenarioOf('teir flex', '')).toThrow(/not understood/);
  });

  test('reads directives inside of a prompt', () => {
    expect(scenarioOf(undefined, 'Where is Oslo? [[cached 10; tier flex]]')).toEqual({
      usage: { cachedInputTokens: 10 },
      tier: 'flex',
    });
  });
});
