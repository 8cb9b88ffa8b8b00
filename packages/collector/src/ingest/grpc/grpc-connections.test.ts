import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Http2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GrpcConnections } from './grpc-connections.ts';

/** The server side of a connection with one call that never ends. */
interface Connected {
  readonly client: ClientHttp2Session;
  readonly session: Http2Session;
  readonly closed: Promise<unknown>;
  readonly callClosed: Promise<unknown>;
}

let server: ReturnType<typeof createServer>;
let connections: GrpcConnections;
let client: ClientHttp2Session | undefined;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  server = createServer();
  connections = new GrpcConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  client?.destroy();
  await connections.close(0);
  vi.useRealTimers();
});

async function open(isAdmitted: boolean): Promise<Connected> {
  const began = once(server, 'stream');
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => undefined);
  const call = client.request({ ':method': 'POST', ':path': '/' }, { endStream: false });
  call.on('error', () => undefined);
  const [stream] = await began;
  stream.on('error', () => undefined);
  const { session } = stream;
  if (isAdmitted) connections.markAdmitted(session);
  return { client, session, closed: once(session, 'close'), callClosed: once(stream, 'close') };
}

function ping({ client: sender }: Connected): Promise<void> {
  return new Promise((resolve, reject) => {
    sender.ping((error) => (error === null ? resolve() : reject(error)));
  });
}

describe('a connection must send an accepted call within twenty seconds', () => {
  test('is closed without an accepted call, even if it keeps sending', async () => {
    const connected = await open(false);
    for (let second = 0; second < 19; second += 1) {
      vi.advanceTimersByTime(1_000);
      await ping(connected);
    }
    expect(connected.session.destroyed).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(connected.session.destroyed).toBe(true);
    await connected.closed;
  });

  test('stays open with an accepted call, which times out after a minute', async () => {
    const connected = await open(true);
    vi.advanceTimersByTime(59_000);
    await ping(connected);
    vi.advanceTimersByTime(1_000);
    await connected.callClosed;
    expect(connected.session.destroyed).toBe(false);
    await ping(connected);
  });
});
