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

const SESSIONS: readonly (readonly [RegExp, (context: SocketContext) => SocketSession])[] = [
  [/\/realtime$/, realtimeSession],
  [/\/responses$/, responsesSession],
  [/\/live\/sessions(?:\/[^/]+)?$/, liveSession],
  [/\/live$/, liveSession],
];

/** Lets clients open WebSockets, each with a session of its own. */
export function acceptSockets(
  server: Server | SecureServer,
  shared: { readonly state: ServerState; readonly requests: ReceivedRequest[] },
): void {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const start = SESSIONS.find(([pattern]) => pattern.test(url.pathname))?.[1];
    if (start === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    shared.requests.push({ method: 'GET', path: request.url ?? '/', headers: request.headers, body: '' });
    sockets.handleUpgrade(request, socket, head, (client) => {
      serve(client, start, shared, url.searchParams, request.url ?? '/');
    });
  });
}

function serve(
  client: WebSocket,
  start: (context: SocketContext) => SocketSession,
  { state, requests }: { readonly state: ServerState; readonly requests: ReceivedRequest[] },
  query: URLSearchParams,
  path: string,
): void {
  const session = start({
    state,
    query,
    send(event) {
      if (client.readyState === client.OPEN) client.send(JSON.stringify(event));
    },
    cut: () => client.terminate(),
    close: (code, reason) => client.close(code, reason),
  });
  client.on('message', (data) => {
    // oxlint-disable-next-line typescript/no-base-to-string -- a Buffer, as the server was made
    const body = String(data);
    requests.push({ method: 'MESSAGE', path, headers: {}, body });
    const event = objectOf(JSON.parse(body));
    if (stringOf(event['type']) !== undefined) session.receive(event);
  });
  client.on('close', () => session.gone());
  client.on('error', () => {});
}
