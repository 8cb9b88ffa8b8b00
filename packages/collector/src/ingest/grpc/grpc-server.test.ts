import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import type { ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportOverGrpc } from '../../cli/export-over-grpc.ts';
import { RetryInfoSchema } from '../../otlp/generated/google/rpc/error_details_pb.ts';
import { StatusSchema } from '../../otlp/generated/google/rpc/status_pb.ts';
import { ExportTraceServiceResponseSchema } from '../../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { type MemoryCollector, memoryCollector } from '../../testing/memory-collector.ts';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { waitFor } from '../../testing/wait-for.ts';

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector({
    'grpc-port': '0',
    'max-spans': 10,
    'max-body': 100_000,
    'log-limit': 30_000,
    token: ['ingest@acme=ingest-secret-of-a-test', 'secret-of-an-administrator'],
  });
});
afterAll(() => collector.remove());

const send = (body: Uint8Array, token: string | undefined = 'ingest-secret-of-a-test'): Promise<Buffer> =>
  exportOverGrpc(collector.grpcUrl ?? '', token, body);

const failure = async (body: Uint8Array, token?: string): Promise<ServiceError> =>
  send(body, token).then(
    () => {
      throw new Error('it was taken');
    },
    (error: unknown) => error as ServiceError,
  );

test('stores spans like those sent over HTTP', async () => {
  expect(await send(requestOf([span(1, 1, { a: 'b' })]))).toHaveLength(0);
  const [received] = await waitFor(
    () => collector.received(),
    ({ length }) => length === 1,
  );
  expect(received).toMatchObject({ project: 'acme', claimed: false, span: { attributes: { a: 'b' } } });
});

test('reports partial success', async () => {
  const response = await send(requestOf([span(2, 2), span(2, 3, {}, { spanId: new Uint8Array(8) })]));
  expect(fromBinary(ExportTraceServiceResponseSchema, response).partialSuccess).toMatchObject({
    rejectedSpans: 1n,
  });
});

test('accepts an empty request', async () => {
  expect(await send(new Uint8Array())).toHaveLength(0);
});

test.each([
  ['a truncated message', requestOf([span(1, 1)]).subarray(0, 20), undefined, 3],
  ['too many spans', requestOf(Array.from({ length: 11 }, (_, i) => span(1, i + 1))), undefined, 8],
  ['too many bytes', new Uint8Array(100_100), undefined, 8],
  ['far too many bytes', new Uint8Array(300_000), undefined, 8],
  ['a wrong token', requestOf([span(1, 1)]), 'wrong', 16],
])('rejects %s with code %#', async (_name, body, token, code) => {
  expect((await failure(body, token)).code).toBe(code);
});

test('answers UNAVAILABLE with a retry delay if the log is full', async () => {
  collector.breakStore(true);
  const requests = Array.from({ length: 100 }, (_, i) =>
    requestOf(Array.from({ length: 10 }, (__, n) => span(10 + i, n + 1))),
  );
  const answers = await Promise.allSettled(requests.map((request) => send(request)));
  const [refused] = answers.filter((answer) => answer.status === 'rejected');
  collector.breakStore(false);
  const error = refused?.reason as ServiceError;
  expect(error.code).toBe(14);
  const [details] = error.metadata.get('grpc-status-details-bin');
  const status = fromBinary(StatusSchema, new Uint8Array(details as Buffer));
  const [packed] = status.details;
  expect(packed === undefined ? undefined : anyUnpack(packed, RetryInfoSchema)).toMatchObject({
    retryDelay: { seconds: 2n, nanos: 0 },
  });
});
