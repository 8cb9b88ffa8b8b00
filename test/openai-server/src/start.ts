import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { answer } from './http/answer.ts';
import { acceptSockets } from './sockets/accept-sockets.ts';
import { LOOPBACK_CERTIFICATE } from './http/loopback-certificate.ts';
import type { Bill } from './billing/bill.ts';
import type { ReceivedRequest, ServerState } from './http/exchange.ts';
import type { Scenario } from './scenario.ts';

/** How the server is started; every field is optional. */
export interface OpenAIServerOptions {
  /** Port on loopback. Default 0: a free one. */
  readonly port?: number;
  /** Answers for the first requests, one each, in the order of arrival. A request's own scenario is not read then. */
  readonly script?: readonly Scenario[];
  /** Applies to every request; what the request says itself wins. */
  readonly defaults?: Scenario;
  /** Speaks HTTPS, with `LOOPBACK_CERTIFICATE`. Default false. */
  readonly isSecure?: boolean;
}

/** A running server. */
export interface OpenAIServer {
  /** Base URL for the client, ends in `/v1`. */
  readonly url: string;
  /** Base URLs of the compatible hosts that it plays. `azure` is an endpoint, without `/openai`. */
  readonly hosts: { readonly azure: string; readonly groq: string; readonly openrouter: string };
  /** What arrived, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** The invoice: one line for each request that the real service would charge for. */
  readonly bills: readonly Bill[];
  /** Breaks what is open and stops. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that answers as api.openai.com does and keeps its own bill.
 * `GET /_bills` gives the bill over HTTP, for a test in another process.
 */
export async function startOpenAIServer(options: OpenAIServerOptions = {}): Promise<OpenAIServer> {
  const requests: ReceivedRequest[] = [];
  const script = [...(options.script ?? [])];
  const attempts = new Map<string, number>();
  const state = makeState();
  const sockets = new Set<Socket>();

  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    const context = {
      message,
      response,
      state,
      requests,
      script,
      attempts,
      defaults: options.defaults ?? {},
    };
    answer(context).catch((error: unknown) => {
      // A mistake of this server must be seen in the test that met it, not taken for one of the API's errors.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
      response.end(text);
    });
  };
  const isSecure = options.isSecure === true;
  const server = isSecure ? createSecureServer(LOOPBACK_CERTIFICATE, listener) : createServer(listener);
  acceptSockets(server, { state, requests });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const origin = `${isSecure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let closed: Promise<void> | undefined;
  return {
    url: `${origin}/v1`,
    hosts: { azure: origin, groq: `${origin}/groq/openai/v1`, openrouter: `${origin}/openrouter/api/v1` },
    requests,
    bills: state.bills,
    close() {
      closed ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closed;
    },
  };
}

function makeState(): ServerState {
  const run = randomBytes(6).toString('hex');
  let count = 0;
  return {
    bills: [],
    objects: new Map(),
    now: () => Math.floor(Date.now() / 1000),
    nextId(prefix) {
      count += 1;
      return `${prefix}${run}${String(count).padStart(6, '0')}`;
    },
  };
}
