import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costLine, makeSpan } from '../../testing/make-span.ts';
import { linesOf } from '../../testing/make-trace.ts';
import { readSpan } from '../calls/read-span.ts';
import { resolveTrace } from '../attribution/resolve-trace.ts';
import type { Attributes, Span } from '../span.ts';
import type { LogRecord } from './log-record.ts';
import { spanOfLog } from './span-of-log.ts';

const AT = 1_793_527_201_000_000_000n;

function log(attributes: Attributes, more: Partial<LogRecord> = {}): LogRecord {
  return { timeUnixNano: AT, attributes, resource: {}, scope: { name: '' }, ...more };
}

const CLAUDE: Attributes = {
  'event.name': 'api_request',
  'session.id': 's1',
  'user.id': 'installation',
  'user.email': 'dev@b.c',
  'organization.id': 'org',
  'prompt.id': 'p1',
  model: 'claude-sonnet-4-5',
  request_id: 'req_1',
  input_tokens: '10',
  output_tokens: '100',
  cache_read_tokens: '1000',
  cache_creation_tokens: '0',
  cost_usd: '0.00183',
  duration_ms: '500',
};
const CLAUDE_CODE: Partial<LogRecord> = {
  body: 'claude_code.api_request',
  resource: { 'service.name': 'claude-code' },
  scope: { name: 'com.anthropic.claude_code.events', version: '2.1' },
};

interface Read {
  readonly user: string | undefined;
  readonly thread: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly usage: object | undefined;
  readonly cost: string | undefined;
}

function read(record: LogRecord): Read | undefined {
  const span = spanOfLog(record);
  if (span === undefined) return undefined;
  const { call, user, traceSpan } = readSpan(span);
  return {
    user: user.user?.id,
    thread: traceSpan.threadId,
    provider: call?.provider,
    model: call?.model,
    usage: call?.usage,
    cost: call === undefined ? undefined : costLine(call.cost),
  };
}

describe('an event that records a request', () => {
  it.each<{ name: string; record: LogRecord; expected: Read }>([
    {
      name: 'Claude Code, with numbers as strings',
      record: log(CLAUDE, CLAUDE_CODE),
      expected: {
        user: 'dev@b.c',
        thread: 's1',
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        usage: { inputTokens: 1010, outputTokens: 100, cachedInputTokens: 1000, cacheWriteInputTokens: 0 },
        cost: '0.00183 computed',
      },
    },
    {
      name: 'Claude Code, refused',
      record: log(
        {
          'event.name': 'api_error',
          model: 'claude-sonnet-4-5',
          status_code: '529',
          request_id: 'req_2',
          'user.email': 'd',
        },
        { ...CLAUDE_CODE, body: 'claude_code.api_error' },
      ),
      expected: {
        user: 'd',
        thread: undefined,
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        usage: {},
        cost: '0 unbilled',
      },
    },
    {
      name: 'Codex CLI',
      record: log(
        {
          'event.name': 'codex.sse_event',
          'event.kind': 'response.completed',
          'conversation.id': 'conv',
          'user.email': 'dev@b.c',
          'user.account_id': 'acc',
          model: 'gpt-5.1',
          input_token_count: 100,
          cached_token_count: 40,
          output_token_count: 10,
          reasoning_token_count: 5,
          tool_token_count: 110,
        },
        { resource: { 'service.name': 'codex_cli_rs' } },
      ),
      expected: {
        user: 'dev@b.c',
        thread: 'conv',
        provider: 'openai',
        model: 'gpt-5.1',
        usage: { inputTokens: 100, outputTokens: 10, cachedInputTokens: 40, reasoningOutputTokens: 5 },
        cost: '0.00018 list',
      },
    },
    {
      name: 'Gemini CLI',
      record: log({
        'event.name': 'gemini_cli.api_response',
        'session.id': 's1',
        'user.email': 'dev@b.c',
        'installation.id': 'i1',
        model: 'gemini-2.5-pro',
        input_token_count: 12_000,
        cached_content_token_count: 8_000,
        output_token_count: 350,
        thoughts_token_count: 420,
        tool_token_count: 0,
        total_token_count: 12_770,
        duration_ms: 456,
        response_text: 'secret',
      }),
      expected: {
        user: 'dev@b.c',
        thread: 's1',
        provider: 'gcp.gemini',
        model: 'gemini-2.5-pro',
        usage: {
          inputTokens: 12_000,
          outputTokens: 770,
          cachedInputTokens: 8_000,
          reasoningOutputTokens: 420,
        },
        cost: '0.0137 list',
      },
    },
    {
      name: 'the conventions’ own event',
      record: log(
        {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.response.id': 'chatcmpl-1',
          'gen_ai.usage.input_tokens': 19,
          'gen_ai.usage.output_tokens': 10,
          'gen_ai.input.messages': '[{"role":"user"}]',
          'enduser.pseudo.id': 'e1',
        },
        { eventName: 'gen_ai.client.inference.operation.details' },
      ),
      expected: {
        user: 'e1',
        thread: undefined,
        provider: 'openai',
        model: 'gpt-4o-mini',
        usage: { inputTokens: 19, outputTokens: 10 },
        cost: '0.00000885 list',
      },
    },
  ])('$name', ({ record, expected }) => {
    expect(read(record)).toEqual(expected);
    expect(JSON.stringify(spanOfLog(record)?.attributes)).not.toMatch(/secret|messages/);
  });

  it('has its name in an attribute if the name field contains a source code location', () => {
    const attributes = { 'event.kind': 'response.completed', model: 'gpt-5.1', input_token_count: '100' };
    const record = log(
      { ...attributes, 'event.name': 'codex.sse_event' },
      { timeUnixNano: 0n, observedTimeUnixNano: AT, eventName: 'event otel/src/session_telemetry.rs:1187' },
    );
    expect(read(record)).toMatchObject({ model: 'gpt-5.1', usage: { inputTokens: 100 } });
    expect(spanOfLog(record)?.endTimeUnixNano).toBe(AT);
  });

  it.each<{ name: string; record: LogRecord }>([
    { name: 'another event of Claude Code', record: log({ 'event.name': 'user_prompt' }, CLAUDE_CODE) },
    { name: 'an event with the same name from another sender', record: log(CLAUDE) },
    {
      name: 'a delta of Codex',
      record: log({ 'event.name': 'codex.sse_event', 'event.kind': 'response.created' }),
    },
    {
      name: 'the second event of Gemini CLI',
      record: log(
        { 'gen_ai.request.model': 'gemini-2.5-pro' },
        {
          eventName: 'gen_ai.client.inference.operation.details',
          resource: { 'service.name': 'gemini-cli' },
        },
      ),
    },
    { name: 'a line of text', record: log({}, { body: 'GET / 200' }) },
  ])('is not a request: $name', ({ record }) => {
    expect(spanOfLog(record)).toBeUndefined();
  });

  it('becomes the same span on every delivery, and a different one for another request', () => {
    const ids = (record: LogRecord): string => `${spanOfLog(record)?.traceId}:${spanOfLog(record)?.spanId}`;
    const first = ids(log(CLAUDE, CLAUDE_CODE));
    expect(ids(log({ ...CLAUDE }, { ...CLAUDE_CODE }))).toBe(first);
    expect(first).toMatch(/^[\da-f]{32}:[\da-f]{16}$/);
    expect(ids(log({ ...CLAUDE, request_id: 'req_2' }, CLAUDE_CODE))).not.toBe(first);
    expect(spanOfLog(log(CLAUDE, CLAUDE_CODE))).toMatchObject({
      startTimeUnixNano: AT - 500_000_000n,
      endTimeUnixNano: AT,
    });
  });
});

describe('a log record and a span of one request count once', () => {
  const counted = (spans: readonly Span[]): number =>
    [...resolveTrace(spans.map((span) => readSpan(span).traceSpan)).values()].filter((each) => each.counted)
      .length;
  const claudeSpan = makeSpan(
    {
      'session.id': 's1',
      'user.email': 'dev@b.c',
      model: 'claude-sonnet-4-5',
      request_id: 'req_1',
      input_tokens: 10,
      output_tokens: 100,
      cache_read_tokens: 1000,
      cache_creation_tokens: 0,
    },
    {
      name: 'claude_code.llm_request',
      resource: { 'service.name': 'claude-code' },
      scope: { name: 'com.anthropic.claude_code.tracing' },
    },
  );

  it('if they share the id of the request, in two traces', () => {
    const event = spanOfLog(log(CLAUDE, CLAUDE_CODE)) as Span;
    expect(readSpan(claudeSpan).call).toMatchObject({
      provider: 'anthropic',
      usage: { inputTokens: 1010, outputTokens: 100, cachedInputTokens: 1000 },
      responseId: 'req_1',
    });
    expect(counted([event, claudeSpan])).toBe(1);
    // The sender's own cost takes precedence.
    const lines = linesOf(resolveTrace([event, claudeSpan].map((span) => readSpan(span).traceSpan)));
    expect(Object.values(lines).sort()[1]).toMatch(/^counted, dev@b.c, own/);
  });

  it('if the log record is below the span', () => {
    const { traceId, spanId } = claudeSpan;
    const { request_id: id, ...withoutId } = CLAUDE;
    void id;
    const event = spanOfLog(log(withoutId, { ...CLAUDE_CODE, traceId, spanId })) as Span;
    expect([event.traceId, event.parentSpanId]).toEqual([traceId, spanId]);
    expect(counted([claudeSpan, event])).toBe(1);
  });

  it('but records of two requests count twice', () => {
    const events = ['req_1', 'req_2'].map(
      (request_id) => spanOfLog(log({ ...CLAUDE, request_id }, CLAUDE_CODE)) as Span,
    );
    expect(counted([...events, claudeSpan])).toBe(2);
  });
});

it('never throws, whatever a record contains', () => {
  const value = fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true });
  const keys = [
    ...Object.keys(CLAUDE),
    'event.kind',
    'gen_ai.request.model',
    'input_token_count',
    '__proto__',
  ];
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...keys), value),
      fc.constantFrom(
        'claude_code.api_request',
        'codex.sse_event',
        'gemini_cli.api_response',
        'gen_ai.client.operation.details',
      ),
      value,
      (attributes, eventName, body) => {
        const span = spanOfLog(log(attributes as Attributes, { eventName, body: body as never }));
        expect(() => (span === undefined ? undefined : readSpan(span))).not.toThrow();
      },
    ),
    { numRuns: 1000 },
  );
});
