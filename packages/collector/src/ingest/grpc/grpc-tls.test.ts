import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../../testing/make-certificate.ts';
import { type MemoryCollector, memoryCollector } from '../../testing/memory-collector.ts';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { waitFor } from '../../testing/wait-for.ts';

const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const SECRET = 'ingest-secret-of-a-test';

let dir: string;
let collector: MemoryCollector;
let cert: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-tls-'));
  cert = join(dir, 'cert.pem');
  const key = join(dir, 'key.pem');
  makeCertificate('localhost', { cert, key }, '-addext', 'subjectAltName=DNS:localhost');
  collector = await memoryCollector({
    'tls-cert': cert,
    'tls-key': key,
    'grpc-port': '0',
    token: [`ingest=${SECRET}`],
  });
});
afterAll(async () => {
  await collector.remove();
  await rm(dir, { recursive: true });
});

test('accepts spans of a client that trusts the certificate', async () => {
  const { port } = new URL(collector.grpcUrl ?? '');
  const client = new Client(`localhost:${port}`, credentials.createSsl(await readFile(cert)));
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${SECRET}`);
  const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
    client.makeUnaryRequest(
      PATH,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => bytes,
      requestOf([span(1, 1)]),
      metadata,
      (error, value) => (error === null ? resolve(value) : reject(error)),
    );
  });
  client.close();
  expect(answer).toHaveLength(0);
  await waitFor(
    () => collector.spans().length,
    (count) => count === 1,
  );
});

test('closes connections with an incomplete handshake or without TLS', async () => {
  const { port } = new URL(collector.grpcUrl ?? '');
  const closed = ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n'].map(
    (text) =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
        socket.once('close', () => resolve());
        socket.resume().write(text);
      }),
  );
  await expect(Promise.all(closed)).resolves.toHaveLength(2);
});
