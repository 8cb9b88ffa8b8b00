import type { ServerState } from '../http/exchange.ts';
import type { Json } from '../http/json.ts';

/** What a session over a WebSocket needs of the server. */
export interface SocketContext {
  readonly state: ServerState;
  /** `?model=` and the like. */
  readonly query: URLSearchParams;
  /** Sends an event; nothing when the client is gone. */
  readonly send: (event: Json) => void;
  /** Cuts the connection without a word, as a lost one is. */
  readonly cut: () => void;
  readonly close: (code: number, reason: string) => void;
}

/** One session: what comes from the client, and the end of the connection. */
export interface SocketSession {
  readonly receive: (event: Json) => void;
  readonly gone: () => void;
}
