import * as beta4Node from 'openai4/beta/realtime/ws';
import * as beta4Web from 'openai4/beta/realtime/websocket';
import * as beta5Node from 'openai5/beta/realtime/ws';
import * as node5 from 'openai5/realtime/ws';
import * as web5 from 'openai5/realtime/websocket';
import * as beta6Node from 'openai6/beta/realtime/ws';
import * as node6 from 'openai6/realtime/ws';
import * as web6 from 'openai6/realtime/websocket';
import * as responses6 from 'openai6/resources/responses/ws';
import * as beta7Node from 'openai7/beta/realtime/ws';
import * as node7 from 'openai7/realtime/ws';
import * as translations7 from 'openai7/realtime/translations/ws';
import * as web7 from 'openai7/realtime/websocket';
import * as responses7 from 'openai7/resources/responses/ws';
import * as betaResponses7 from 'openai7/resources/beta/responses/ws';
import * as forks7 from 'openai7/resources/live/forks/ws';
import * as sideband7 from 'openai7/resources/live/sideband/ws';
import * as live7 from 'openai7/resources/live/ws';

import type { OpenAIClient } from './majors.ts';

/** The common interface of all WebSocket classes of `openai`. */
export interface Socket {
  readonly socket: { addEventListener?: unknown; on?: unknown; readonly readyState: number };
  on(name: string, listener: (event: Readonly<Record<string, unknown>>) => void): unknown;
  send(event: unknown): void;
  close(): void;
}

/** One class, and a function that opens its session. */
export interface SocketKind {
  readonly name: string;
  readonly major: number;
  readonly module: object;
  readonly open: (client: OpenAIClient, model?: string, more?: Record<string, unknown>) => Socket;
}

type RealtimeClass = new (props: Record<string, unknown>, client: OpenAIClient) => Socket;
type ClientClass = new (client: OpenAIClient, options?: Record<string, unknown>) => Socket;

function realtime(name: string, major: number, module: object, className: string): SocketKind {
  const Class = Reflect.get(module, className) as RealtimeClass;
  return {
    name,
    major,
    module,
    open: (client, model = 'gpt-realtime', more = {}) =>
      new Class({ model, dangerouslyAllowBrowser: true, ...more }, client),
  };
}

function byClient(name: string, major: number, module: object, className: string): SocketKind {
  const Class = Reflect.get(module, className) as ClientClass;
  return { name, major, module, open: (client, _model, more) => new Class(client, more) };
}

const WS = 'OpenAIRealtimeWS';
const WEB = 'OpenAIRealtimeWebSocket';

/** The Realtime classes of every major version. */
export const REALTIME: readonly SocketKind[] = [
  realtime('openai4/beta/realtime/ws', 4, beta4Node, WS),
  realtime('openai4/beta/realtime/websocket', 4, beta4Web, WEB),
  realtime('openai5/beta/realtime/ws', 5, beta5Node, WS),
  realtime('openai5/realtime/ws', 5, node5, WS),
  realtime('openai5/realtime/websocket', 5, web5, WEB),
  realtime('openai6/beta/realtime/ws', 6, beta6Node, WS),
  realtime('openai6/realtime/ws', 6, node6, WS),
  realtime('openai6/realtime/websocket', 6, web6, WEB),
  realtime('openai7/beta/realtime/ws', 7, beta7Node, WS),
  realtime('openai7/realtime/ws', 7, node7, WS),
  realtime('openai7/realtime/websocket', 7, web7, WEB),
];

/** The Responses API over a WebSocket. */
export const RESPONSES: readonly SocketKind[] = [
  byClient('openai6/resources/responses/ws', 6, responses6, 'ResponsesWS'),
  byClient('openai7/resources/responses/ws', 7, responses7, 'ResponsesWS'),
  byClient('openai7/resources/beta/responses/ws', 7, betaResponses7, 'ResponsesWS'),
];

/** Translation, which exists only in openai 7. Its sessions are opened asynchronously. */
export const TRANSLATION = {
  module: translations7,
  open: (client: OpenAIClient, model: string): Promise<Socket> =>
    translations7.OpenAIRealtimeTranslationWS.create(client, {
      model,
    }) as unknown as Promise<Socket>,
} as const;

/** The Live API. */
export const LIVE: readonly SocketKind[] = [byClient('openai7/resources/live/ws', 7, live7, 'LiveWS')];

/** A connection that attaches to a Live session. */
export const SIDEBAND = attached(sideband7, sideband7.SidebandWS);

/** A connection whose Live session continues another one. */
export const FORK = attached(forks7, forks7.ForksWS);

interface AttachedKind {
  readonly module: object;
  readonly open: (client: OpenAIClient, sessionId: string) => Socket;
}

function attached(module: object, value: unknown): AttachedKind {
  const Class = value as new (client: OpenAIClient, parameters: { readonly session_id: string }) => Socket;
  return { module, open: (client, sessionId) => new Class(client, { session_id: sessionId }) };
}
