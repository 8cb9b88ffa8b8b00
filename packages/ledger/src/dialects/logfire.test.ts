import { describe, expect, it } from 'vitest';
import { linesOf } from '../../testing/make-trace.ts';
import { makeSpan } from '../../testing/make-span.ts';
import { traceSpanOf } from '../attribution/trace-span.ts';
import { callOf, resolveTrace } from '../index.ts';
import type { Span } from '../index.ts';

const START_NS = 1_793_527_200_000_000_000n;
const MODEL = {
  'gen_ai.system': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.operation.name': 'chat',
};

/** Times of one streamed request in Logfire's records, in milliseconds since the first request. */
interface Stream {
  readonly id: string;
  /** Start and end of the request's span. It ends where the answer begins. */
  readonly request: readonly [startMs: number, endMs: number];
  /** Start and end of the time in which the application reads the answer. */
  readonly answer?: readonly [startMs: number, endMs: number];
}

function atNs(ms: number): bigint {
  return START_NS + BigInt(ms) * 1_000_000n;
}

function spansOf({ id, request, answer }: Stream, parentSpanId: string | undefined): readonly Span[] {
  const place = {
    scope: { name: 'logfire.openai' },
    resource: { 'service.name': 'app' },
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
  };
  const spans = [
    makeSpan(
      { ...MODEL, 'logfire.msg_template': 'Chat Completion with {request_data[model]!r}' },
      {
        ...place,
        spanId: `${id}-request`,
        startTimeUnixNano: atNs(request[0]),
        endTimeUnixNano: atNs(request[1]),
      },
    ),
  ];
  if (answer !== undefined) {
    spans.push(
      makeSpan(
        {
          ...MODEL,
          'logfire.msg_template': 'streaming response from {request_data[model]!r} took {duration:.2f}s',
          duration: (answer[1] - answer[0]) / 1000,
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 5,
        },
        {
          ...place,
          // Without a parent, the log is in a separate trace.
          ...(parentSpanId === undefined ? { traceId: `${id}-trace` } : {}),
          spanId: `${id}-answer`,
          startTimeUnixNano: atNs(answer[1]),
          endTimeUnixNano: atNs(answer[1]),
        },
      ),
    );
  }
  return spans;
}

const CASES: readonly { name: string; streams: readonly Stream[]; counted: readonly string[] }[] = [
  {
    name: 'an answer that begins immediately',
    streams: [{ id: 'a', request: [0, 20], answer: [21, 800] }],
    counted: ['a-answer'],
  },
  {
    name: 'an answer that begins after two seconds and is short',
    streams: [{ id: 'a', request: [0, 2000], answer: [2001, 2400] }],
    counted: ['a-answer'],
  },
  {
    name: 'an application that reads half a second later',
    streams: [{ id: 'a', request: [0, 300], answer: [800, 1400] }],
    counted: ['a-answer'],
  },
  {
    name: 'consecutive streams',
    streams: [
      { id: 'a', request: [0, 900], answer: [901, 1500] },
      { id: 'b', request: [1510, 2400], answer: [2401, 3000] },
      { id: 'c', request: [3010, 3900], answer: [3901, 4500] },
    ],
    counted: ['a-answer', 'b-answer', 'c-answer'],
  },
  {
    name: 'concurrent streams',
    streams: [
      { id: 'a', request: [0, 900], answer: [901, 3000] },
      { id: 'b', request: [400, 1300], answer: [1301, 2500] },
    ],
    counted: ['a-answer', 'b-answer'],
  },
  {
    name: 'a request whose answer was not read, long before a stream',
    streams: [
      { id: 'a', request: [0, 900] },
      { id: 'b', request: [5000, 5900], answer: [5901, 6500] },
    ],
    counted: ['a-request', 'b-answer'],
  },
];

describe('a stream that Logfire records counts once', () => {
  it.each(CASES)('$name', ({ streams, counted }) => {
    expect(countedOf(streams, 'f00d')).toEqual(counted);
  });

  it.each(CASES)('$name, outside of a span', ({ streams, counted }) => {
    expect(countedOf(streams, undefined)).toEqual(counted);
  });
});

function countedOf(streams: readonly Stream[], parentSpanId: string | undefined): readonly string[] {
  const spans = streams.flatMap((stream) => spansOf(stream, parentSpanId));
  const traceSpans = spans.map((span) => traceSpanOf(span, { claimed: false }, undefined, callOf(span)));
  const lines = linesOf(resolveTrace(traceSpans));
  return Object.keys(lines)
    .filter((key) => lines[key]?.startsWith('counted'))
    .map((key) => key.slice(key.indexOf(':') + 1))
    .toSorted();
}
