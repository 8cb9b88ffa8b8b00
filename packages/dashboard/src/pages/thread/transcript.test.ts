import { expect, test } from 'vitest';
import type { TraceSpan } from '../../api/calls.ts';
import type { Feedback, ThreadDetail, TrackedMessage, Turn } from '../../api/threads.ts';
import { transcriptOf, type Entry } from './transcript.ts';

function call(spanId: string, atMs: number, input: unknown, output: unknown, more: Partial<Turn> = {}): Turn {
  return {
    traceId: 'a',
    spanId,
    parentSpanId: null,
    at: new Date(atMs).toISOString(),
    durationMs: 100,
    messages: { system: null, input, output },
    userId: 'u',
    userClaimed: false,
    misdated: null,
    attributedBy: 'own',
    provider: 'openai',
    model: 'm',
    requestModel: 'm',
    operation: 'chat',
    service: 's',
    scope: null,
    name: 'chat m',
    threadId: 't',
    tags: [],
    responseId: null,
    usage: {},
    inputTokens: 10,
    outputTokens: 5,
    cachedTokens: 0,
    reasoningTokens: 0,
    cost: 0.1,
    costExact: '0.1',
    costAtCall: null,
    costSource: null,
    costAsOf: null,
    unpriced: null,
    error: null,
    estimated: false,
    ...more,
  };
}

function tool(spanId: string, atMs: number, attributes: Record<string, unknown>, error?: string): TraceSpan {
  return {
    traceId: 'a',
    spanId,
    parentSpanId: null,
    name: 'execute_tool find',
    kind: 1,
    kindOfSpan: 'run',
    operation: 'execute_tool',
    service: 's',
    scope: null,
    at: new Date(atMs).toISOString(),
    endAt: new Date(atMs + 50).toISOString(),
    offsetMs: 0,
    durationMs: 50,
    status: error === undefined ? { code: 0, message: null } : { code: 2, message: error },
    userId: 'u',
    cost: null,
    attributes,
    events: [],
  };
}

function tracked(
  id: string,
  atMs: number,
  role: string,
  content: string | null,
  traceId = 'x',
): TrackedMessage {
  const at = new Date(atMs).toISOString();
  return { id, at, traceId, spanId: id, userId: 'u', role, isRetry: false, content, extra: null };
}

function feedback(target: Feedback['target'], targetId: string): Feedback {
  return {
    at: new Date(9_000).toISOString(),
    traceId: 'f',
    spanId: targetId,
    userId: 'u',
    userClaimed: false,
    threadId: 't',
    target,
    targetId,
    thumb: 'down',
    score: null,
    comment: null,
  };
}

const user = (content: string): unknown => ({ role: 'user', content });
const assistant = (content: string): unknown => ({ role: 'assistant', content });

function line(entry: Entry): string {
  switch (entry.kind) {
    case 'message':
      return `${entry.role}: ${entry.text ?? '-'}${entry.feedback.map(({ targetId }) => ` [${targetId}]`).join('')}`;
    case 'tool':
      return `tool ${entry.name} ${entry.args} -> ${entry.error === null ? entry.result : `! ${entry.error}`}`;
    case 'failure':
      return `${entry.isRecovered ? 'folded' : 'failed'} ${entry.calls.map(({ error }) => error).join(' ')}`;
    default:
      return 'no answer';
  }
}

function show(thread: Partial<ThreadDetail>): string[][] {
  const whole = { calls: [], runs: [], messages: [], feedback: [], ...thread };
  return transcriptOf(whole).turns.map(({ entries }) => entries.map(line));
}

const TOOL_CALL = [
  {
    role: 'assistant',
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }],
  },
];

test.each<[name: string, thread: Partial<ThreadDetail>, lines: string[][]]>([
  ['nothing', {}, []],
  [
    'a turn shows only new messages, not the history in each request',
    {
      calls: [
        call('1', 1_000, [user('Hi')], 'Hello'),
        call('2', 5_000, [user('Hi'), assistant('Hello'), user('And?')], 'Well', { traceId: 'b' }),
      ],
    },
    [
      ['user: Hi', 'assistant: Hello'],
      ['user: And?', 'assistant: Well'],
    ],
  ],
  [
    'a tool call has its arguments and result, and the result is not a separate message',
    {
      calls: [
        call('1', 1_000, [user('How many?')], TOOL_CALL),
        call(
          '2',
          2_000,
          [user('How many?'), ...TOOL_CALL, { role: 'tool', tool_call_id: 'c1', content: '3' }],
          'Three',
        ),
      ],
    },
    [['user: How many?', 'tool find {} -> 3', 'assistant: Three']],
  ],
  [
    'a failed tool, according to its span',
    {
      calls: [call('1', 1_000, [user('How many?')], TOOL_CALL)],
      runs: [tool('r', 1_200, { 'gen_ai.tool.call.id': 'c1', 'gen_ai.tool.name': 'find' }, 'timeout')],
    },
    [['user: How many?', 'tool find {} -> ! timeout']],
  ],
  [
    'failed attempts before an answer are collapsed',
    {
      calls: [
        call('1', 1_000, [user('Hi')], undefined, { error: '429' }),
        call('2', 2_000, [user('Hi')], undefined, { error: '500' }),
        call('3', 3_000, [user('Hi')], 'Hello'),
      ],
    },
    [['user: Hi', 'folded 429 500', 'assistant: Hello']],
  ],
  [
    'a failure without a later attempt',
    { calls: [call('1', 1_000, [user('Hi')], undefined, { error: '500' })] },
    [['user: Hi', 'failed 500']],
  ],
  [
    'content that is not stored',
    { calls: [call('1', 1_000, undefined, undefined)], runs: [tool('r', 900, {})] },
    [['tool find  -> undefined', 'assistant: -']],
  ],
  [
    'a tracked message and the same message of a call are shown once, with their feedback',
    {
      calls: [call('1', 1_000, [user('Hi')], 'Hello  there')],
      messages: [tracked('m1', 900, 'user', 'Hi'), tracked('m2', 1_200, 'assistant', 'Hello there')],
      feedback: [feedback('message', 'm2'), feedback('message', 'm1')],
    },
    [['user: Hi [m1]', 'assistant: Hello  there [m2]']],
  ],
  [
    'tracked messages fill in content that calls do not have',
    {
      calls: [call('1', 1_000, undefined, undefined)],
      messages: [tracked('m', 1_150, 'assistant', 'Hello', 'a')],
    },
    [['assistant: Hello']],
  ],
  [
    'an unanswered question before an answered one',
    {
      calls: [call('1', 5_000, [user('Hello?')], 'Yes')],
      messages: [tracked('m1', 1_000, 'user', 'Hi')],
    },
    [
      ['user: Hi', 'no answer'],
      ['user: Hello?', 'assistant: Yes'],
    ],
  ],
  [
    'the same text an hour later is a separate message',
    {
      calls: [call('1', 5_000, [user('Hi')], 'Yes')],
      messages: [tracked('m1', 3_600_000, 'user', 'Hi')],
    },
    [
      ['user: Hi', 'assistant: Yes'],
      ['user: Hi', 'no answer'],
    ],
  ],
  [
    'feedback on a call and on the run around it is below the answer',
    {
      calls: [call('1', 1_000, [user('Hi')], 'Hello')],
      feedback: [feedback('run', 'a-1'), feedback('run', 'a-0')],
    },
    [['user: Hi', 'assistant: Hello [a-1] [a-0]']],
  ],
])('%s', (_name, thread, lines) => {
  expect(show(thread)).toEqual(lines);
});

test('returns feedback on the thread and on messages that are not shown separately', () => {
  const { feedback: left } = transcriptOf({
    calls: [call('1', 1_000, [user('Hi')], 'Hello')],
    runs: [],
    messages: [],
    feedback: [feedback('thread', 't'), feedback('message', 'gone')],
  });
  expect(left.map(({ targetId }) => targetId)).toEqual(['t', 'gone']);
});

test('a turn has the sums of its calls', () => {
  const { turns, system } = transcriptOf({
    calls: [
      call('1', 1_000, [{ role: 'system', content: 'Be kind' }, user('Hi')], '', {
        error: '429',
        costExact: null,
      }),
      call('2', 2_000, [user('Hi')], 'Hello', { costExact: '0.2' }),
    ],
    runs: [tool('r', 1_500, {}, 'timeout')],
    messages: [],
    feedback: [],
  });
  expect(system).toBe('Be kind');
  expect(turns.map(({ entries: _entries, ...turn }) => turn)).toEqual([
    { traceId: 'a', startMs: 1_000, calls: 2, errors: 2, tokens: 30, costExact: '0.2', unpricedCalls: 1 },
  ]);
});
