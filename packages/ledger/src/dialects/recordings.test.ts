import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costLine, makeSpan } from '../../testing/make-span.ts';
import { resolveTrace } from '../attribution/resolve-trace.ts';
import { readSpan } from '../calls/read-span.ts';
import { callKey } from '../calls/call.ts';
import type { Attributes } from '../span.ts';

/** Spans that a package exported for a stand-in of OpenAI's API. `testing/recordings/README.md` explains how they are recorded. */
interface Recording {
  readonly package: string;
  readonly version: string;
  readonly cases: Readonly<Record<string, readonly RecordedSpan[]>>;
}

interface RecordedSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly status: { readonly code: 0 | 1 | 2; readonly message?: string };
  readonly scope: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
}

const AT = 1_793_527_200_000_000_000n;

/** The counted calls of a case, one per line. */
function countedCalls(spans: readonly RecordedSpan[]): readonly string[] {
  const read = spans.map((span) =>
    readSpan(
      makeSpan(span.attributes, {
        name: span.name,
        traceId: 'a'.repeat(32),
        spanId: span.spanId,
        ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
        kind: span.kind,
        status: span.status,
        scope: { name: span.scope },
        startTimeUnixNano: AT,
        endTimeUnixNano: AT + 1_000_000_000n,
        events: span.events.map((event) => ({ ...event, timeUnixNano: AT })),
      }),
    ),
  );
  const attributions = resolveTrace(read.map(({ traceSpan }) => traceSpan));
  const lines: string[] = [];
  for (const { call } of read) {
    const attribution = call === undefined ? undefined : attributions.get(callKey(call));
    if (call === undefined || attribution?.counted !== true) continue;
    const { usage, provider = '?', model = '?', cost } = call;
    const counts = [
      usage.inputTokens,
      usage.cachedInputTokens,
      usage.outputTokens,
      usage.reasoningOutputTokens,
    ];
    const estimated = call.usageEstimated ? ' estimated' : '';
    const who = [attribution.userId ?? '-', attribution.threadId ?? '-'].join(' ');
    lines.push(
      `${provider} ${model} ${counts.map((count) => count ?? '-').join('/')} ${costLine(cost)}${estimated} ${who}`,
    );
  }
  return lines;
}

const MINI = 'openai gpt-4o-mini-2024-07-18';
const LUNA = 'openai gpt-5.4-mini-2026-03-17';

/** The cost of its prompt without the cached tokens, which AI SDK 5 does not write on this span. */
const ALL_INPUT = `${LUNA} 2006/-/300/- 0.0028545 list u1 s1`;
const FULL = `${LUNA} 2006/1920/300/100 0.0015585 list`;
const FULL_MINI = `${MINI} 2006/1920/300/100 0.0003369 list`;
const REFUSED = 'openai gpt-5.4-mini -/-/-/- 0 unbilled';
const REFUSED_MINI = 'openai gpt-4o-mini -/-/-/- 0 unbilled';
const UNKNOWN = 'openai gpt-5.4-mini -/-/-/- unpriced: the usage of the call is not known';
/** The spans of AI SDK 7 have no count of reasoning tokens, which are part of the output. */
const SEVEN = `${LUNA} 2006/1920/300/- 0.0015585 list - -`;

/** A chat and a stream of the applications in `test/clients`: input, cached, output and reasoning tokens. */
const chat = (counts: string): string => `${MINI} ${counts} 0.0002832 list u-user thread-1`;
const stream = (counts: string): string => `${MINI} ${counts} 0.00001575 list u-stream -`;
const requested = (line: string): string => line.replace(MINI, 'openai gpt-4o-mini');
const FAILED = `${REFUSED_MINI} u-failed -`;
const UNKNOWN_MINI = 'openai gpt-4o-mini -/-/-/- unpriced: the usage of the call is not known';

const EXPECTED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ai5: {
    generateText: [ALL_INPUT],
    flex: [`${LUNA} 2006/-/300/- 0.00142725 list u1 s1`],
    stream: [`${FULL} u1 s1`],
    abort: [`${UNKNOWN} u1 s1`],
    refused: [`${REFUSED} u1 s1`],
    retry: [`${REFUSED} u1 s1`, ALL_INPUT],
    tools: [ALL_INPUT, ALL_INPUT],
  },
  ai6: {
    generateText: [`${FULL} u1 s1`],
    chat: [`${FULL_MINI} u1 s1`],
    stream: [`${FULL} u1 s1`],
    abort: [`${UNKNOWN} u1 s1`],
    refused: [`${REFUSED} u1 s1`],
    retry: [`${REFUSED} u1 s1`, `${FULL} u1 s1`],
    tools: [`${FULL} u1 s1`, `${FULL} u1 s1`],
  },
  ai7: {
    generateText: [SEVEN],
    stream: [SEVEN],
    // Version 7 does not end the span of a request, and does not report why a request failed.
    abort: [],
    refused: [`${UNKNOWN} - -`],
    retry: [SEVEN],
    tools: [SEVEN, SEVEN],
  },
  pydantic: {
    agent: [`${FULL_MINI} - 01a2238b-6ab3-72ab-b5c6-8cfb98bbc2e7`],
    responses: [`${FULL} - 01a2238b-721c-7131-bf85-2f10224b04c3`],
    refused: [`${REFUSED_MINI} - 01a2238b-7661-70f6-ae09-e7092abc827c`],
  },
  logfire: {
    chat: [`${FULL_MINI} - -`],
    // The request and the end of its stream are two records. The scrubbed session is not a thread.
    stream: [`${FULL_MINI} u1 -`],
    responses: [`${FULL} - -`],
    refused: [`${REFUSED_MINI} - -`],
  },
  'ai7-context': {
    chat: [chat('2000/1024/100/-')],
    stream: [stream('77/0/7/-')],
    refused: [FAILED],
  },
  'langsmith-js': { chat: [chat('2000/1024/100/0')], refused: [FAILED] },
  mastra: {
    chat: [chat('2000/1024/100/0')],
    stream: [stream('77/0/7/0')],
    // The span of the request has no error.
    refused: [`${UNKNOWN_MINI} u-failed -`],
  },
  'openai-agents-js': {
    chat: [requested(chat('2000/1024/100/0'))],
    stream: [requested(stream('77/0/7/0'))],
    refused: [FAILED],
  },
  // It reports no tokens of streams and no cached tokens.
  'openai-agents-python': {
    chat: ['openai gpt-4o-mini 2000/-/100/- 0.00036 list u-user thread-1'],
    stream: [`${UNKNOWN_MINI} u-stream -`],
    refused: [FAILED],
  },
  'openlit-js': {
    chat: [chat('2000/1024/100/-')],
    // It estimates tokens that the provider does not report, without marking them as estimated.
    stream: [stream('77/-/7/-').replace('list', 'list estimated')],
    refused: [`${REFUSED_MINI} - -`],
  },
  // It estimates the tokens of streams. Its records do not show whether an answer was streamed.
  'traceloop-js': {
    chat: [`${MINI} 77/-/7/- 0.00001575 list estimated u -`],
    stream: [`${MINI} 7/-/4/- 0.00000345 list estimated u -`],
    'stream with usage': [`${MINI} 7/-/4/- 0.00000345 list estimated u -`],
  },
  litellm: {
    chat: [`${MINI} 2006/1920/300/100 0.0003369 computed end1 -`],
    responses: [`${LUNA} 2006/1920/300/100 0.0015585 computed - -`],
    refused: [`${REFUSED_MINI} - -`],
  },
  traceloop: {
    chat: [`${FULL_MINI} - -`],
    responses: [`${FULL} - -`],
    refused: [`${REFUSED_MINI} - -`],
  },
  langsmith: {
    chat: [`${FULL_MINI} u1 s1`],
    responses: [`${FULL} - -`],
    refused: [`${REFUSED_MINI} - -`],
  },
};

describe.each(Object.entries(EXPECTED))('recorded with %s', (name, cases) => {
  const recording = JSON.parse(
    readFileSync(new URL(`../../testing/recordings/${name}.json`, import.meta.url), 'utf8'),
  ) as Recording;

  it.each(Object.entries(cases))(`${recording.package} ${recording.version}: %s`, (each, lines) => {
    expect(countedCalls(recording.cases[each] ?? [])).toEqual(lines);
  });
});
