import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ExportLogsServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { attributesOf } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector();
});
afterAll(() => collector.remove());

/** A log record from the quick start in Claude Code's documentation. Numbers are strings in some versions. */
function request(event: string): Uint8Array {
  const record = {
    timeUnixNano: 1_795_900_000_000_000_000n,
    body: { value: { case: 'stringValue' as const, value: `claude_code.${event}` } },
    attributes: attributesOf({
      'event.name': event,
      'user.email': 'ada@example.com',
      'session.id': 's1',
      model: 'claude-sonnet-4-5',
      input_tokens: '12',
      output_tokens: '34',
      cost_usd: '0.0123',
      duration_ms: '900',
      request_id: 'req_1',
    }),
  };
  return toBinary(
    ExportLogsServiceRequestSchema,
    create(ExportLogsServiceRequestSchema, {
      resourceLogs: [
        {
          resource: { attributes: attributesOf({ 'service.name': 'claude-code' }) },
          scopeLogs: [{ scope: { name: 'com.anthropic.claude_code.events' }, logRecords: [record] }],
        },
      ],
    }),
  );
}

function send(body: Uint8Array): Promise<Response> {
  return fetch(`${collector.url}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(body),
  });
}

test('converts a request logged by a coding agent to a span of its user without content, and ignores other records', async () => {
  expect((await send(request('user_prompt'))).status).toBe(200);
  expect((await send(request('api_request'))).status).toBe(200);
  await waitFor(
    () => collector.spans(),
    (spans) => spans.length > 0,
  );
  expect(collector.spans()).toMatchObject([
    {
      attributes: {
        'user.email': 'ada@example.com',
        'session.id': 's1',
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.usage.input_tokens': expect.anything(),
      },
      resource: { 'service.name': 'claude-code' },
    },
  ]);
});
