import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ExportLogsServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { type Collector, startCollector } from '../main.ts';
import { resolveOptions } from '../config/options.ts';
import { CALL, idOf, post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';

const hex = (bytes: number, number: number): string => Buffer.from(idOf(bytes, number)).toString('hex');

function stated(trace: number, number: number, eventName: string, text: string): Uint8Array<ArrayBuffer> {
  const content = { key: 'content', value: { value: { case: 'stringValue' as const, value: text } } };
  const body = { value: { case: 'kvlistValue' as const, value: { values: [content] } } };
  const record = {
    traceId: idOf(16, trace),
    spanId: idOf(8, number),
    timeUnixNano: 1_790_000_000_000_000_000n,
    eventName,
    body,
  };
  return toBinary(
    ExportLogsServiceRequestSchema,
    create(ExportLogsServiceRequestSchema, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
  );
}

async function say(collector: Collector, record: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${collector.url}/v1/logs`, { method: 'POST', headers, body: record });
  expect(response.status).toBe(200);
}

async function attributesOf(
  collector: Collector,
  trace: number,
  number: number,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${collector.url}/api/calls/${hex(16, trace)}/${hex(8, number)}`);
  const { attributes } = (await response.json()) as { attributes?: Record<string, unknown> };
  return attributes ?? {};
}

async function withCollector(content: boolean, use: (collector: Collector) => Promise<void>): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'userspan-contents-'));
  const collector = await startCollector(
    resolveOptions({ port: 0, 'grpc-port': 'off', data, content, 'log-level': 'silent', 'batch-linger': 5 }),
  );
  try {
    await use(collector);
  } finally {
    await collector.close();
    await rm(data, { recursive: true });
  }
}

const QUESTION = '[{"role":"user","parts":[{"type":"text","content":"why?"}]}]';

test('assigns messages in log records to their call, in any order of arrival, counts them once, and erases them with it', async () => {
  await withCollector(true, async (collector) => {
    const question = stated(1, 1, 'gen_ai.user.message', 'why?');
    await say(collector, question);
    await say(collector, question);
    await post(
      collector.url,
      requestOf([span(1, 1, { ...CALL, 'user.id': 'u1' }), span(2, 2, { ...CALL, 'user.id': 'u2' })]),
    );
    await waitFor(
      () => attributesOf(collector, 2, 2),
      (attributes) => attributes['user.id'] === 'u2',
    );
    await say(collector, stated(2, 2, 'gen_ai.user.message', 'why?'));
    for (const number of [1, 2]) {
      await waitFor(
        () => attributesOf(collector, number, number),
        (attributes) => attributes['gen_ai.input.messages'] === QUESTION,
      );
    }
    expect((await fetch(`${collector.url}/api/users/u1`, { method: 'DELETE' })).status).toBe(200);
    expect(await attributesOf(collector, 1, 1)).toEqual({});
    expect(await attributesOf(collector, 2, 2)).toMatchObject({ 'gen_ai.input.messages': QUESTION });
  });
}, 60_000);

test('stores no messages if content is off', async () => {
  await withCollector(false, async (collector) => {
    await say(collector, stated(1, 1, 'gen_ai.user.message', 'why?'));
    await post(collector.url, requestOf([span(1, 1, { ...CALL, 'user.id': 'u1' })]));
    const attributes = await waitFor(
      () => attributesOf(collector, 1, 1),
      (found) => found['user.id'] === 'u1',
    );
    expect(attributes).toEqual({ ...CALL, 'user.id': 'u1' });
  });
}, 60_000);
