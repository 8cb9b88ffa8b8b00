import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ExportLogsServiceRequestSchema } from './generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import type { AnyValueSchema } from './generated/opentelemetry/proto/common/v1/common_pb.ts';
import type { LogRecordSchema } from './generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { attributesOf, idOf } from '../testing/otlp-spans.ts';
import { contentsOfLogs } from './contents-of-logs.ts';

type Value = MessageInitShape<typeof AnyValueSchema>;

function value(from: unknown): Value {
  if (typeof from === 'string') {
    return { value: { case: 'stringValue', value: from } };
  }
  if (Array.isArray(from)) {
    return { value: { case: 'arrayValue', value: { values: from.map(value) } } };
  }
  const values = Object.entries(from as object).map(([key, each]) => ({ key, value: value(each) }));
  return { value: { case: 'kvlistValue', value: { values } } };
}

function record(rest: MessageInitShape<typeof LogRecordSchema>): MessageInitShape<typeof LogRecordSchema> {
  return { traceId: idOf(16, 1), spanId: idOf(8, 2), timeUnixNano: 5n, ...rest };
}

function contents(...records: MessageInitShape<typeof LogRecordSchema>[]): unknown[] {
  const request = create(ExportLogsServiceRequestSchema, {
    resourceLogs: [{ scopeLogs: [{ logRecords: records }] }],
  });
  return [...contentsOfLogs(toBinary(ExportLogsServiceRequestSchema, request))].map(
    ({ attributes }) => attributes,
  );
}

const MESSAGES = [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }];
const ANSWER = [{ role: 'assistant', parts: [{ type: 'text', content: 'ho' }] }];
const DETAILS = 'gen_ai.client.inference.operation.details';

test.each([
  [
    'the current event, structured',
    record({
      eventName: DETAILS,
      attributes: [
        { key: 'gen_ai.input.messages', value: value(MESSAGES) },
        { key: 'gen_ai.output.messages', value: value(ANSWER) },
        { key: 'gen_ai.request.model', value: value('m') },
      ],
    }),
    { 'gen_ai.input.messages': MESSAGES, 'gen_ai.output.messages': ANSWER },
  ],
  [
    'the current event as a JSON string, with its name in an attribute',
    record({
      attributes: attributesOf({ 'event.name': DETAILS, 'gen_ai.input.messages': JSON.stringify(MESSAGES) }),
    }),
    { 'gen_ai.input.messages': MESSAGES },
  ],
  [
    'the current event in the body',
    record({ eventName: DETAILS, body: value({ 'gen_ai.output.messages': ANSWER }) }),
    { 'gen_ai.output.messages': ANSWER },
  ],
  [
    'a user message, as before version 1.37',
    record({ eventName: 'gen_ai.user.message', body: value({ content: 'hi' }) }),
    { 'gen_ai.input.messages': MESSAGES },
  ],
  [
    'a message with a tool call',
    record({
      eventName: 'gen_ai.assistant.message',
      body: value({ tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] }),
    }),
    {
      'gen_ai.input.messages': [
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'f', arguments: '{}' }] },
      ],
    },
  ],
  [
    'the result of a tool',
    record({ eventName: 'gen_ai.tool.message', body: value({ id: 'c1', content: '42' }) }),
    {
      'gen_ai.input.messages': [
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: '42' }] },
      ],
    },
  ],
  [
    'a choice',
    record({
      eventName: 'gen_ai.choice',
      body: value({ finish_reason: 'stop', message: { content: 'ho' } }),
    }),
    { 'gen_ai.output.messages': [{ ...ANSWER[0], finish_reason: 'stop' }] },
  ],
])('%s', (_name, given, attributes) => {
  expect(contents(given)).toEqual([attributes]);
});

test.each([
  ['another log record', record({ body: value('GET /') })],
  ['an event of another vendor', record({ eventName: 'session.start' })],
  ['an event without a span', record({ eventName: 'gen_ai.user.message', spanId: new Uint8Array() })],
  [
    'details without content',
    record({ eventName: DETAILS, attributes: attributesOf({ 'gen_ai.request.model': 'm' }) }),
  ],
  [
    'content that is not a list',
    record({ eventName: DETAILS, attributes: attributesOf({ 'gen_ai.input.messages': '{' }) }),
  ],
  ['the name of a prototype member', record({ eventName: 'constructor' })],
])('reads nothing from %s', (_name, given) => {
  expect(contents(given)).toEqual([]);
});

test('reads times and ids', () => {
  const given = record({
    timeUnixNano: 0n,
    observedTimeUnixNano: 7n,
    eventName: 'gen_ai.user.message',
    body: value('hi'),
  });
  const request = create(ExportLogsServiceRequestSchema, {
    resourceLogs: [{ scopeLogs: [{ logRecords: [given] }] }],
  });
  expect([...contentsOfLogs(toBinary(ExportLogsServiceRequestSchema, request))]).toEqual([
    {
      traceId: 'a0'.repeat(12) + '00000001',
      spanId: 'a0'.repeat(4) + '00000002',
      timeUnixNano: 7n,
      attributes: { 'gen_ai.input.messages': MESSAGES },
    },
  ]);
});
