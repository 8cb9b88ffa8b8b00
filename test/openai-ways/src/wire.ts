import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as received on a socket. */
export interface SentRequest {
  /** The host to which the client sent it. */
  readonly origin: string;
  readonly method: string | undefined;
  readonly path: string | undefined;
  /** The headers in their order, without the random idempotency key. */
  readonly headers: readonly (readonly [string, string])[];
  /** The bytes, as Latin-1; the random boundary of a form is `BOUNDARY`. */
  readonly body: string;
}

/** A server that receives the requests for every host. */
export interface Wire {
  /** For the `fetch` option of a client. */
  readonly fetch: (url: string, init: Readonly<Record<string, unknown>>) => Promise<Response>;
  /** The requests received since the last call. */
  take(): readonly SentRequest[];
  close(): Promise<void>;
}

const ORIGIN = 'x-test-origin';

/** Starts the server, which rejects every request with an error that clients do not retry. */
export async function startWire(): Promise<Wire> {
  let sent: SentRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const boundary = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '')?.[1];
      const plain = (text: string): string =>
        boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY');
      const headers = pairs(request.rawHeaders).filter(
        ([name, value]) => name !== ORIGIN && name !== 'host' && !isRandom(name, value),
      );
      sent.push({
        origin: String(request.headers[ORIGIN]),
        method: request.method,
        path: request.url,
        headers: headers.map(([name, value]) => [name, plain(value)] as const),
        body: plain(Buffer.concat(chunks).toString('latin1')),
      });
      response.writeHead(418, { 'content-type': 'application/json', 'x-should-retry': 'false' });
      response.end('{ "error": { "code": "teapot" } }');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const local = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    fetch: (url, init) => {
      const { origin, pathname, search } = new URL(url);
      const headers = new Headers(init['headers'] as HeadersInit);
      headers.set(ORIGIN, origin);
      const { agent: _agent, ...rest } = init;
      return fetch(`${local}${pathname}${search}`, { ...rest, headers, duplex: 'half' } as RequestInit);
    },
    take: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function isRandom(name: string, value: string): boolean {
  return name.toLowerCase() === 'idempotency-key' && value.startsWith('stainless-node-retry-');
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at < raw.length; at += 2) found.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return found;
}
