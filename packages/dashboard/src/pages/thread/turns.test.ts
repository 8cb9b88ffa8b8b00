import { expect, test } from 'vitest';
import type { TraceSpan } from '../../api/calls.ts';
import type { Turn } from '../../api/threads.ts';
import { turnsOf } from './turns.ts';

const base = {
  service: 'chat',
  provider: 'openai',
  requestModel: 'm',
  operation: 'chat',
  name: 'chat m',
  threadId: 't',
  tags: [],
  responseId: null,
  cachedTokens: 0,
  costAtCall: null,
  costSource: null,
  costAsOf: null,
  estimated: false,
  reasoningTokens: 0,
  scope: null,
  usage: {},
  userId: 'u',
  userClaimed: false,
  attributedBy: 'own',
  model: 'm',
  durationMs: 1,
  error: null,
  unpriced: null,
} as const;

function call(traceId: string, spanId: string, at: number, more: Partial<Turn> = {}): Turn {
  return {
    ...base,
    traceId,
    spanId,
    parentSpanId: 'r',
    at: new Date(at).toISOString(),
    inputTokens: 10,
    outputTokens: 5,
    cost: 0.1,
    costExact: '0.1',
    ...more,
  };
}

function run(traceId: string, spanId: string, at: number): TraceSpan {
  return {
    traceId,
    spanId,
    parentSpanId: null,
    name: spanId,
    service: 'chat',
    scope: null,
    at: new Date(at).toISOString(),
    durationMs: 5,
    kind: 1,
    endAt: new Date(at + 5).toISOString(),
    offsetMs: 0,
    events: [],
    status: { code: 0, message: null },
    userId: 'u',
    kindOfSpan: 'run',
    operation: 'invoke_agent',
    cost: null,
    attributes: {},
  };
}

test('a turn is one trace: its runs, its calls, its cost', () => {
  const turns = turnsOf({
    calls: [
      call('b', 'c3', 30, { costExact: null, cost: null }),
      call('a', 'c1', 11, { messages: { system: null, input: 'Hi', output: 'Thinking' } }),
      call('a', 'c2', 12, {
        costExact: '0.2',
        messages: {
          system: null,
          input: [
            { role: 'user', content: 'Hi' },
            { role: 'tool', content: '3' },
          ],
          output: 'Three',
        },
      }),
    ],
    runs: [run('a', 'r', 10)],
  });
  expect(
    turns.map(({ traceId, said, steps, tokens, costExact, unpricedCalls }) => ({
      traceId,
      said: said.map(({ role, text }) => `${role}: ${text}`),
      steps: steps.map(({ depth, run: one, call: other }) => `${depth} ${one?.spanId ?? other?.spanId}`),
      tokens,
      costExact,
      unpricedCalls,
    })),
  ).toEqual([
    {
      traceId: 'a',
      said: ['user: Hi', 'assistant: Thinking', 'assistant: Three'],
      steps: ['0 r', '1 c1', '1 c2'],
      tokens: 30,
      costExact: '0.3',
      unpricedCalls: 0,
    },
    { traceId: 'b', said: [], steps: ['0 c3'], tokens: 15, costExact: null, unpricedCalls: 1 },
  ]);
});

test('a conversation of nothing has no turns', () => {
  expect(turnsOf({ calls: [], runs: [] })).toEqual([]);
});
