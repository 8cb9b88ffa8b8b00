import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';

import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

import type { ReceivedRequest, ServerState } from '../http/exchange.ts';
import { objectOf, stringOf } from '../http/json.ts';
import { liveSession } from './live-session.ts';
import { realtimeSession } from './realtime-session.ts';
import { responsesSession } from './responses-session.ts';
import type { SocketContext, SocketSession } from './socket-session.ts';
import { translationSession } from './translation-session.ts';

const SESSIONS: readonly (readonly [RegExp, (context: SocketContext) => SocketSession])[] = [
  [/\/realtime$/, realtimeSession],
  [/\/realtime\/translations$/, translationSession],
  [/\/responses$/, responsesSession],
  [/\/live\/sessions(?:\/[^/]+)?$/, liveSession],
  [/\/live$/, liveSession],
];

/** A realtime call, whose events go to every connection that controls it. */
interface OpenCall {
  readonly session: SocketSession;
  readonly clients: Set<WebSocket>;
}

/** Lets clients open WebSockets, each with a session of its own. */
export function acceptSockets(
  server: Server | SecureServer,
  shared: { readonly state: ServerState; readonly requests: ReceivedRequest[] },
): void {
  const sockets = new WebSocketServer({ noServer: true });
  const calls = new Map<string, OpenCall>();
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const start = SESSIONS.find(([pattern]) => pattern.test(url.pathname))?.[1];
    if (start === undefined || url.searchParams.get('model')?.includes('missing') === true) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    shared.requests.push({ method: 'GET', path: request.url ?? '/', headers: request.headers, body: '' });
    sockets.handleUpgrade(request, socket, head, (client) => {
      serve(client, start, shared, url.searchParams, request.url ?? '/', calls);
    });
  });
}

function serve(
  client: WebSocket,
  start: (context: SocketContext) => SocketSession,
  { state, requests }: { readonly state: ServerState; readonly requests: ReceivedRequest[] },
  query: URLSearchParams,
  path: string,
  calls: Map<string, OpenCall>,
): void {
  const callId = query.get('call_id') ?? '';
  const clients = calls.get(callId)?.clients ?? new Set<WebSocket>();
  clients.add(client);
  const session =
    calls.get(callId)?.session ??
    start({
      state,
      query,
      send(event) {
        for (const each of clients) if (each.readyState === each.OPEN) each.send(JSON.stringify(event));
      },
      cut: () => client.terminate(),
      close: (code, reason) => client.close(code, reason),
    });
  if (callId !== '') calls.set(callId, { session, clients });
  client.on('message', (data) => {
    // oxlint-disable-next-line typescript/no-base-to-string -- a Buffer, as the server was made
    const body = String(data);
    requests.push({ method: 'MESSAGE', path, headers: {}, body });
    const event = objectOf(JSON.parse(body));
    if (stringOf(event['type']) !== undefined) session.receive(event);
  });
  client.on('close', () => {
    clients.delete(client);
    if (clients.size === 0) session.gone();
  });
  client.on('error', () => {});
}
