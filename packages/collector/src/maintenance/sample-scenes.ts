import type { AttributeValue, Span, SpanEvent } from '@userspan/ledger';

import { hex, makeSampleSpan, SAMPLE_NAMES, userAttributes } from './sample-span.ts';

const SECOND_NS = 1_000_000_000n;
const MINUTE_NS = 60n * SECOND_NS;

/** Ids of the scenes: one user has a conversation that goes wrong, another costs more than they pay. */
export const SAMPLE_BROKEN_THREAD = 'sample-thread-broken';
export const SAMPLE_RUNAWAY_THREAD = 'sample-thread-runaway';
const BROKEN_USER = SAMPLE_NAMES.indexOf('Grace Hopper');
export const SAMPLE_LOSS_MAKER: number = SAMPLE_NAMES.indexOf('Hedy Lamarr');

type Attributes = Record<string, AttributeValue>;

/** Scenes of the sample data, each of which shows one feature. */
export function sampleScenes(nowMs: number, next: () => number): Span[] {
  const now = BigInt(nowMs) * 1_000_000n;
  return [...brokenConversation(now - 40n * MINUTE_NS, next), ...runaway(nowMs, next)];
}

/**
 * A conversation with failed attempts, a failed tool, a user who asks again and is not satisfied, and a last question
 * without an answer.
 */
function brokenConversation(start: bigint, next: () => number): Span[] {
  const who = { ...userAttributes(BROKEN_USER), ...inThread(SAMPLE_BROKEN_THREAD) };
  const question = 'Where is my parcel? Order 2026-1147.';
  const system = '[{"role":"system","content":"You answer for a shop. Look orders up; never guess."}]';
  const [first, second, third] = [hex(next, 32), hex(next, 32), hex(next, 32)];
  const root = hex(next, 16);
  const answer = hex(next, 16);
  const toolCall = {
    type: 'function',
    id: 'call_1',
    function: { name: 'find_order', arguments: '{"order":"2026-1147"}' },
  };
  const asked = [...(JSON.parse(system) as object[]), { role: 'user', content: question }];
  const wrong =
    'Your parcel was **delivered** on 3 March.\n\n| Order | State |\n|---|---|\n| 2026-1147 | delivered |';
  const spans = [
    makeSampleSpan(first, root, undefined, 'POST /chat', start, 9_000, who),
    message(first, root, start, who, 'm1', 'user', question, next),
  ];
  for (const [at, error] of ['rate_limit_exceeded', 'rate_limit_exceeded'].entries()) {
    const begin = start + BigInt(at + 1) * SECOND_NS;
    spans.push(
      call(first, hex(next, 16), root, begin, { ...who, 'error.type': error }, asked, undefined, [
        exception(begin, 'RateLimitError', '429 Rate limit reached for gpt-4.1: 30,000 tokens a minute.'),
      ]),
    );
  }
  const toolStart = start + 5n * SECOND_NS;
  spans.push(
    call(first, hex(next, 16), root, start + 3n * SECOND_NS, who, asked, [
      { role: 'assistant', content: null, tool_calls: [toolCall] },
    ]),
    makeSampleSpan(
      first,
      hex(next, 16),
      root,
      'execute_tool find_order',
      toolStart,
      1_500,
      {
        ...who,
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'find_order',
        'gen_ai.tool.call.id': 'call_1',
        'gen_ai.tool.call.arguments': '{"order":"2026-1147"}',
        'error.type': 'TimeoutError',
      },
      [exception(toolStart, 'TimeoutError', 'the order service did not answer')],
    ),
    call(
      first,
      answer,
      root,
      start + 7n * SECOND_NS,
      who,
      [
        ...asked,
        { role: 'assistant', content: null, tool_calls: [toolCall] },
        { role: 'tool', tool_call_id: 'call_1', content: 'TimeoutError: the order service did not answer' },
      ],
      [{ role: 'assistant', content: wrong }],
    ),
  );
  const again = start + 6n * MINUTE_NS;
  const againRoot = hex(next, 16);
  const unhappy = 'That is wrong: I ordered it last week.';
  spans.push(
    feedback(hex(next, 32), start + 2n * MINUTE_NS, who, `${first}-${answer}`, next),
    makeSampleSpan(second, againRoot, undefined, 'POST /chat', again, 3_000, who),
    message(second, againRoot, again, who, 'm2', 'user', unhappy, next, true),
    call(
      second,
      hex(next, 16),
      againRoot,
      again + SECOND_NS,
      who,
      [...asked, { role: 'assistant', content: wrong }, { role: 'user', content: unhappy }],
      [{ role: 'assistant', content: 'I am sorry. Let me look that up again.' }],
    ),
    // The application fails before it calls a model.
    makeSampleSpan(third, hex(next, 16), undefined, 'POST /chat', again + 4n * MINUTE_NS, 40, {
      ...who,
      'error.type': 'Error',
    }),
    message(third, undefined, again + 4n * MINUTE_NS, who, 'm3', 'user', 'Are you still there?', next),
  );
  return spans;
}

/**
 * A user with a runaway agent that costs more in three hours than the user pays in a month. In the first hours of a
 * month the calls are closer together, so that the margin of the month shows the loss.
 */
function runaway(nowMs: number, next: () => number): Span[] {
  const now = new Date(nowMs);
  const monthMs = nowMs - Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const longest = minutesAgo(RUNAWAY_CALLS - 1);
  const lastedMs = Math.min(longest * 60_000, monthMs);
  const who = {
    ...userAttributes(SAMPLE_LOSS_MAKER),
    ...inThread(SAMPLE_RUNAWAY_THREAD),
    'userspan.tags': ['code'],
  };
  return Array.from({ length: RUNAWAY_CALLS }, (_, at) => {
    const traceId = hex(next, 32);
    const start = BigInt(nowMs - Math.floor((minutesAgo(at) * lastedMs) / longest)) * 1_000_000n;
    return call(traceId, hex(next, 16), hex(next, 16), start, {
      ...who,
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.response.model': 'claude-sonnet-4-5',
      'gen_ai.usage.input_tokens': 95_000 + at * 900,
      'gen_ai.usage.output_tokens': 2_400,
    });
  });
}

const RUNAWAY_CALLS = 24;

function minutesAgo(call: number): number {
  return call * 7 + 5;
}

function inThread(id: string): Attributes {
  return { 'session.id': id, 'gen_ai.conversation.id': id };
}

function call(
  traceId: string,
  spanId: string,
  parent: string,
  start: bigint,
  attributes: Attributes,
  input?: readonly object[],
  output?: readonly object[],
  events: readonly SpanEvent[] = [],
): Span {
  const hasFailed = Object.hasOwn(attributes, 'error.type');
  return makeSampleSpan(
    traceId,
    spanId,
    parent,
    'chat gpt-4.1',
    start,
    hasFailed ? 350 : 1_400,
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4.1',
      ...(hasFailed
        ? {}
        : {
            'gen_ai.response.model': 'gpt-4.1',
            'gen_ai.usage.input_tokens': 640,
            'gen_ai.usage.output_tokens': 48,
            'gen_ai.response.time_to_first_chunk': 0.42,
          }),
      ...(input === undefined ? {} : { 'gen_ai.input.messages': JSON.stringify(input) }),
      ...(output === undefined ? {} : { 'gen_ai.output.messages': JSON.stringify(output) }),
      ...attributes,
    },
    events,
  );
}

function exception(timeUnixNano: bigint, type: string, text: string): SpanEvent {
  const stack = [
    `${type}: ${text}`,
    ...[
      'APIError.generate',
      'OpenAI.makeStatusError',
      'OpenAI.makeRequest',
      'answer (desk.js:41)',
      'chat (server.js:33)',
    ].map((frame) => `    at ${frame}`),
  ];
  return {
    name: 'exception',
    timeUnixNano,
    attributes: {
      'exception.type': type,
      'exception.message': text,
      'exception.stacktrace': stack.join('\n'),
    },
  };
}

function message(
  traceId: string,
  parent: string | undefined,
  start: bigint,
  who: Attributes,
  id: string,
  role: string,
  content: string,
  next: () => number,
  isRetry = false,
): Span {
  return makeSampleSpan(traceId, hex(next, 16), parent, 'userspan.message', start, 0, {
    ...who,
    'userspan.message.id': `sample-${id}`,
    'userspan.message.role': role,
    'userspan.message.content': content,
    'userspan.message.is_retry': isRetry,
  });
}

function feedback(
  traceId: string,
  start: bigint,
  who: Attributes,
  targetId: string,
  next: () => number,
): Span {
  return makeSampleSpan(traceId, hex(next, 16), undefined, 'userspan.feedback', start, 0, {
    ...who,
    'userspan.feedback.target': 'run',
    'userspan.feedback.target_id': targetId,
    'userspan.feedback.thumb': 'down',
    'userspan.feedback.comment': 'Not delivered at all!',
    'userspan.feedback.score': 0.1,
  });
}
