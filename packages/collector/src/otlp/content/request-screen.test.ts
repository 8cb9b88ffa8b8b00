import { create, toBinary } from '@bufbuild/protobuf';
import type { AttributeValue } from '@userspan/ledger';
import { describe, expect, it } from 'vitest';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { left, pairs } from '../../testing/screened.ts';
import { decode } from '../decode.ts';
import { REQUEST_SCHEMAS, SIGNALS } from '../signal.ts';
import { ExportLogsServiceRequestSchema } from '../generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { valueOf } from '../attributes-of.ts';
import { spansOfRequest } from '../spans-of-request.ts';
import { anyValueOf } from '../any-value-of.ts';
import { CONTENT_NAMES } from './content-names.ts';
import { RequestScreen } from './request-screen.ts';

const SECRET = 'the patient has a rare disease';
const screen = new RequestScreen({ removesContent: true });

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
  // Also under namespaces that describe requests, users and hosts.
  'http.request.body',
  'http.response.body.text',
  'user.prompt',
  'session.input',
  'system.message',
  'rag.context.documents',
  'vercel.ai.body',
  'copilot.payload',
];

describe('a request with content off', () => {
  it.each([...KNOWN, ...SHAPES.map((name) => ({ client: 'by shape', name }))])(
    'removes $name of $client',
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
  ])('$name is kept', ({ name, value }) => {
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
  ])('an event %s keeps only its role, as a span event and as a log record', (name) => {
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
  ])('screens the body $body of a log record', ({ body, stays }) => {
    const request = create(ExportLogsServiceRequestSchema, {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: anyValueOf(body) }] }] }],
    });
    const { bytes } = screen.screen('logs', toBinary(ExportLogsServiceRequestSchema, request));
    const record = decode(ExportLogsServiceRequestSchema, bytes).resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
    expect(valueOf(record?.body)).toEqual(stays);
  });

  it('removes the command line of a coding agent from the resource of every signal', () => {
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
});
