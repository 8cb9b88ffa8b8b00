import { create, toBinary } from '@bufbuild/protobuf';
import type { Attributes, AttributeValue } from '@userspan/ledger';
import { describe, expect, it } from 'vitest';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { decode } from '../decode.ts';
import { REQUEST_SCHEMAS, SIGNALS } from '../signal.ts';
import { ExportLogsServiceRequestSchema } from '../generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { attributesOf, valueOf } from '../attributes-of.ts';
import { spansOfRequest } from '../spans-of-request.ts';
import { anyValueOf } from '../any-value-of.ts';
import { CONTENT_NAMES } from './content-names.ts';
import { RequestScreen } from './request-screen.ts';

const SECRET = 'the patient has a rare disease';
const screen = new RequestScreen({ removesContent: true });

function pairs(attributes: Attributes): { key: string; value: ReturnType<typeof anyValueOf> }[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: anyValueOf(value),
  }));
}

/** What is left of attributes on a span, on one of its events and on a log record. */
function left(attributes: Attributes): { onSpan: Attributes; onEvent: Attributes; onLog: Attributes } {
  const written = pairs(attributes) as never[];
  const traces = screen.screen(
    'traces',
    requestOf([
      span(
        1,
        1,
        {},
        {
          attributes: written,
          events: [{ name: 'step', attributes: written }],
          links: [{ attributes: written }],
        },
      ),
    ]),
  ).bytes;
  const logs = screen.screen(
    'logs',
    toBinary(
      ExportLogsServiceRequestSchema,
      create(ExportLogsServiceRequestSchema, {
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'step', attributes: written }] }] }],
      }),
    ),
  ).bytes;
  const [read] = spansOfRequest(traces);
  const record = decode(ExportLogsServiceRequestSchema, logs).resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
  return {
    onSpan: read?.attributes ?? {},
    onEvent: read?.events[0]?.attributes ?? {},
    onLog: attributesOf(record?.attributes ?? []),
  };
}

const KNOWN = Object.entries(CONTENT_NAMES).flatMap(([client, names]) =>
  names.map((name) => ({ client, name: name.replace(/\*$/, '0.content').replaceAll('*', 'part') })),
);

const SHAPES = [
  'gen_ai.prompt.0.content',
  'gen_ai.completion.0.tool_calls.0.arguments',
  'llm.input_messages.0.message.content',
  'llm.output_messages.0.message.contents.0.message_content.text',
  'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments',
  'mastra.agent_run.input',
  'genkit:metadata:flow:output',
  'haystack.component.output',
  'crewai.task.output',
  'my.app.prompt',
  'MY_APP.UserPrompt',
  'my-app.system-prompt',
  'app.chat_history.3.content',
  'agent.instructions',
  // Under namespaces that describe requests, users and hosts, too.
  'http.request.body',
  'http.response.body.text',
  'user.prompt',
  'session.input',
  'system.message',
  'rag.context.documents',
  'vercel.ai.body',
  'copilot.payload',
];

/** Names that no rule knows. */
const UNKNOWN_NAMES = [
  'note',
  'crewai.task.notes',
  'gen_ai.agent.description',
  'tool.description',
  'my.app.state',
  'haystack.content_tracing.data',
  'helicone.request',
  'portkey.raw',
  'graph.state',
  'n'.repeat(300),
  'имя',
];

describe('a request where content is off', () => {
  it.each([...KNOWN, ...SHAPES.map((name) => ({ client: 'by shape', name }))])(
    '$client: $name is removed',
    ({ name }) => {
      const kept = { 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 12 };
      for (const value of [
        SECRET,
        [SECRET],
        { text: SECRET },
        JSON.stringify([{ role: 'user', content: SECRET }]),
      ]) {
        const { onSpan, onEvent, onLog } = left({ ...kept, [name]: value });
        expect({ onSpan, onEvent, onLog }).toEqual({ onSpan: kept, onEvent: kept, onLog: kept });
      }
    },
  );

  it.each(UNKNOWN_NAMES)('free text under %s, which no rule knows, is removed', (name) => {
    const kept = { 'gen_ai.request.model': 'gpt-4o' };
    for (const value of [
      SECRET,
      'その患者は珍しい病気です',
      'x'.repeat(257),
      'two\u00a0words',
      `{"note":"${SECRET}`,
      `"${SECRET}"`,
      [SECRET],
      { other: SECRET },
      JSON.stringify({ other: { note: SECRET } }),
      JSON.stringify([SECRET]),
      new TextEncoder().encode(SECRET),
    ]) {
      const { onSpan, onEvent, onLog } = left({ ...kept, [name]: value });
      const text = JSON.stringify({ onSpan, onEvent, onLog });
      expect({ value, text, kept: onSpan['gen_ai.request.model'] }).toEqual({
        value,
        text: expect.not.stringMatching(/patient|病気|xxx{200}|words|112,97,116/) as unknown,
        kept: 'gpt-4o',
      });
    }
  });

  it.each(UNKNOWN_NAMES)('an identifier or a figure under %s stays', (name) => {
    for (const value of [
      'checkout-v2',
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5',
      '2026-11-29T20:00:00.000Z',
      'x'.repeat(256),
      '',
      12,
      0.5,
      true,
      ['eu', 'us'],
      { region: 'eu', tries: 2 },
      '{"region":"eu","tries":2}',
    ]) {
      const attributes = { [name]: value };
      expect(left(attributes)).toEqual({ onSpan: attributes, onEvent: attributes, onLog: attributes });
    }
  });

  it.each<{ name: string; value: AttributeValue }>([
    { name: 'user.id', value: 'u1' },
    { name: 'user.name', value: 'Ada Lovelace' },
    { name: 'userName', value: 'Ada Lovelace' },
    { name: 'metadata.user_api_key_end_user_id', value: 'Ada Lovelace' },
    { name: 'traceloop.association.properties.plan', value: 'Pro, yearly' },
    { name: 'langfuse.trace.metadata.note', value: 'what the app wrote' },
    { name: 'metadata', value: '{"plan":"Pro, yearly"}' },
    { name: 'gen_ai.request.user', value: 'Ada Lovelace' },
    { name: 'thread_id', value: 'thread 1' },
    { name: 'http.request.header.accept', value: ['text/html, */*'] },
    { name: 'user_agent.original', value: 'Mozilla/5.0 (X11; Linux)' },
    { name: 'url.query', value: 'q=1' },
    { name: 'graphql.document', value: 'query { me }' },
    { name: 'error', value: 'Rate limit exceeded' },
    { name: 'error_message', value: 'Rate limit exceeded' },
    { name: 'logfire.msg_template', value: 'streaming response from {request_data[model]!r}' },
    { name: 'userspan.user.text', value: 'a prop of the app' },
    { name: 'gen_ai.usage.input_tokens', value: '12' },
    { name: 'llm.token_count.prompt', value: '12' },
    { name: 'llm.token_count.completion_details.reasoning', value: 3 },
    { name: 'llm.cost.prompt', value: 0.1 },
    { name: 'ai.usage.promptTokens', value: 12 },
    { name: 'langfuse.observation.usage_details', value: '{"input":12,"output":3}' },
    { name: 'langfuse.observation.cost_details', value: '{"input":0.1,"output":0.2}' },
    {
      name: 'langsmith.metadata.usage_metadata',
      value: '{"input_tokens":1,"output_token_details":{"reasoning":1}}',
    },
    { name: 'gen_ai.usage.raw', value: '{"prompt_tokens":1,"completion_tokens_details":{"text":1}}' },
    { name: 'metadata.usage_object', value: "{'prompt_tokens': 1, 'completion_tokens': 2}" },
    { name: 'gen_ai.output.type', value: 'json' },
    { name: 'gen_ai.prompt.name', value: 'greeting' },
    { name: 'langfuse.observation.prompt.version', value: 3 },
    { name: 'gen_ai.completion.0.finish_reason', value: 'stop' },
    { name: 'gen_ai.response.finish_reasons', value: ['stop'] },
    { name: 'llm.output_messages.0.message.role', value: 'assistant' },
    { name: 'llm.output_messages.0.message.tool_calls.0.tool_call.function.name', value: 'web_search_call' },
    { name: 'exception.message', value: 'it broke' },
    { name: 'http.response.body.size', value: 100 },
    { name: 'db.query.text', value: 'SELECT 1' },
    { name: 'db.statement', value: 'SELECT 1' },
    { name: 'metadata', value: '{"user_id":"u1","plan":"pro"}' },
    { name: 'hidden_params', value: "{'response_cost': 0.5, 'model_id': None}" },
    { name: 'gen_ai.prompt', value: 12 },
  ])('$name stays', ({ name, value }) => {
    expect(left({ [name]: value })).toEqual({
      onSpan: { [name]: value },
      onEvent: { [name]: value },
      onLog: { [name]: value },
    });
  });

  it.each<{ why: string; name: string; value: AttributeValue; stays: AttributeValue | undefined }>([
    {
      why: 'the facts of an answer',
      name: 'output.value',
      value: `{"id":"chatcmpl-1234","choices":[{"message":{"content":"${SECRET}"}}],"service_tier":"flex"}`,
      stays: '{"id":"chatcmpl-1234","service_tier":"flex"}',
    },
    {
      why: 'the facts of an answer that was cut',
      name: 'output.value',
      value: `{"id":"chatcmpl-1234","choices":[{"message":{"content":"${SECRET}`,
      stays: '{"id":"chatcmpl-1234"}',
    },
    { why: 'an answer as text', name: 'output.value', value: SECRET, stays: undefined },
    {
      why: 'metadata with a prompt in it',
      name: 'metadata',
      value: `{"user_id":"u1","prompt":"${SECRET}"}`,
      stays: '{"user_id":"u1"}',
    },
    {
      why: 'parameters with instructions in them',
      name: 'llm.invocation_parameters',
      value: `{"service_tier":"flex","instructions":"${SECRET}","temperature":1}`,
      stays: '{"service_tier":"flex","temperature":1}',
    },
    {
      why: 'messages under a name that says nothing',
      name: 'my.app.state',
      value: JSON.stringify([{ role: 'user', content: SECRET }]),
      stays: '[{"role":"user"}]',
    },
    {
      why: "messages as Python's repr",
      name: 'my.app.state',
      value: `[{'role': 'user', 'content': '${SECRET}'}]`,
      stays: '[{"role":"user"}]',
    },
    {
      why: 'messages that were cut',
      name: 'my.app.state',
      value: `[{"role":"user","content":"${SECRET}`,
      stays: undefined,
    },
    {
      why: 'messages as maps',
      name: 'my.app.state',
      value: [{ role: 'user', content: SECRET }],
      stays: [{ role: 'user' }],
    },
    {
      why: 'JSON in JSON',
      name: 'my.app.state',
      value: JSON.stringify({ state: JSON.stringify({ prompt: SECRET }) }),
      stays: '{"state":"{}"}',
    },
  ])('keeps only $why', ({ name, value, stays }) => {
    const expected = stays === undefined ? {} : { [name]: stays };
    expect(left({ [name]: value })).toEqual({ onSpan: expected, onEvent: expected, onLog: expected });
  });

  it.each([
    'gen_ai.content.prompt',
    'gen_ai.user.message',
    'gen_ai.choice',
    'claude_code.user_prompt',
    'claude_code.api_request_body',
  ])('an event %s keeps its role alone, as a span event and as a log record', (name) => {
    const attributes = pairs({ role: 'user', anything: SECRET, 'event.name': name }) as never[];
    const traces = screen.screen(
      'traces',
      requestOf([span(1, 1, {}, { events: [{ name, attributes }] })]),
    ).bytes;
    const [read] = spansOfRequest(traces);
    expect(read?.events[0]?.attributes).toEqual({ role: 'user', 'event.name': name });
    for (const eventName of [name, '']) {
      const request = create(ExportLogsServiceRequestSchema, {
        resourceLogs: [
          { scopeLogs: [{ logRecords: [{ eventName, attributes, body: anyValueOf({ note: SECRET }) }] }] },
        ],
      });
      const bytes = screen.screen('logs', toBinary(ExportLogsServiceRequestSchema, request)).bytes;
      expect(Buffer.from(bytes).includes(SECRET)).toBe(false);
    }
  });

  it.each<{ body: AttributeValue; stays: AttributeValue }>([
    { body: SECRET, stays: null },
    { body: 'one-word', stays: null },
    { body: 'claude_code.api_request', stays: 'claude_code.api_request' },
    { body: { prompt: SECRET, model: 'gpt-4o' }, stays: { model: 'gpt-4o' } },
  ])('the body $body of a log record', ({ body, stays }) => {
    const request = create(ExportLogsServiceRequestSchema, {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: anyValueOf(body) }] }] }],
    });
    const { bytes } = screen.screen('logs', toBinary(ExportLogsServiceRequestSchema, request));
    const record = decode(ExportLogsServiceRequestSchema, bytes).resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
    expect(valueOf(record?.body)).toEqual(stays);
  });

  it('the command line of a coding agent, on the resource of every signal', () => {
    const attributes = pairs({
      'service.name': 'gemini-cli',
      'process.command_args': ['/usr/bin/gemini', '-p', SECRET],
      'process.command_line': `gemini -p ${SECRET}`,
    }) as never[];
    const resource = { resource: { attributes } };
    const field = { traces: 'resourceSpans', logs: 'resourceLogs', metrics: 'resourceMetrics' };
    for (const signal of SIGNALS) {
      const schema = REQUEST_SCHEMAS[signal];
      const request = toBinary(schema, create(schema, { [field[signal]]: [resource] }));
      const text = Buffer.from(screen.screen(signal, request).bytes).toString();
      expect([signal, text.includes('gemini-cli'), text.includes(SECRET)]).toEqual([signal, true, false]);
    }
  });

  it('gives back the same bytes where there is nothing to remove', () => {
    const request = requestOf([span(1, 1, { 'user.id': 'u1', 'gen_ai.usage.input_tokens': 1 })]);
    expect(screen.screen('traces', request).bytes).toBe(request);
  });

  it('says which ids of users are not used, and why', () => {
    const ids = new RequestScreen({ removesContent: false, idNames: ['user.id', 'enduser.id'] });
    const request = requestOf(
      ['x'.repeat(1025), 'x'.repeat(1025), 'undefined', '[object Object]', ' ', 'u1', 'x'.repeat(1024)].map(
        (id, i) => span(1, i + 1, { 'user.id': id, 'other.id': 'undefined' }),
      ),
    );
    const { bytes, refusedIds } = ids.screen('traces', request);
    expect(bytes).toBe(request);
    expect([...refusedIds]).toEqual([
      ['user.id is longer than 1024 characters', 2],
      ['user.id is "undefined", which names no user', 1],
      ['user.id is "[object Object]", which names no user', 1],
      ['user.id is blank', 1],
    ]);
  });

  it('works in steps of a few spans, and two requests at a time do not mix', () => {
    const ids = new RequestScreen({ removesContent: true, idNames: ['user.id'] });
    const requestWith = (id: string): Uint8Array =>
      requestOf(
        Array.from({ length: 100 }, (_, at) =>
          span(1, at + 1, { 'user.id': id, 'gen_ai.input.messages': `[{"content":"${SECRET}"}]` }),
        ),
      );
    const running = ['undefined', ' '].map((id) => ids.screenInSteps('traces', requestWith(id)));
    let steps = 0;
    const results = running.map(
      (): { readonly refused: unknown; readonly secretAt: number } | undefined => undefined,
    );
    while (results.includes(undefined)) {
      for (const [at, screening] of running.entries()) {
        const step = screening.next();
        steps += 1;
        if (step.done === true && results[at] === undefined) {
          results[at] = {
            refused: [...step.value.refusedIds],
            secretAt: Buffer.from(step.value.bytes).indexOf(SECRET),
          };
        }
      }
    }
    expect(results).toEqual([
      { refused: [['user.id is "undefined", which names no user', 100]], secretAt: -1 },
      { refused: [['user.id is blank', 100]], secretAt: -1 },
    ]);
    expect(steps).toBeGreaterThanOrEqual(12);
  });
});
