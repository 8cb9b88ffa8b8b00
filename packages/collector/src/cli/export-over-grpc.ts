import { Client, credentials, Metadata } from '@grpc/grpc-js';

const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const TIMEOUT_MS = 5_000;

/** Sends one encoded request over OTLP/gRPC; rejects with the server's message. */
export async function exportOverGrpc(
  url: string,
  token: string | undefined,
  request: Uint8Array,
): Promise<Buffer> {
  const { protocol, host } = new URL(url);
  const client = new Client(
    host,
    protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure(),
  );
  const metadata = new Metadata();
  if (token !== undefined) {
    metadata.set('authorization', `Bearer ${token}`);
  }
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        METHOD,
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        Buffer.from(request),
        metadata,
        { deadline: Date.now() + TIMEOUT_MS },
        (error, response) => (error === null ? resolve(response ?? Buffer.alloc(0)) : reject(error)),
      );
    });
  } finally {
    client.close();
  }
}
