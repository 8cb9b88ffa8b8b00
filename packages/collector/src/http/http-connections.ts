import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';

const MAX_CONNECTIONS = 2_000;
/**
 * Requests of one connection that may wait for the answers before theirs. Clients that pipeline send a few at a time; each
 * that waits costs some 3 KB.
 */
const MAX_PIPELINED = 32;
/** How long a client may take nothing of an answer that waits for it. */
const STALL_MS = 30_000;
/** What all clients together may leave unread: beyond it those go first that have read nothing for the longest time. */
const MAX_UNREAD_BYTES = 64 << 20;
const CHECK_MS = 1_000;
/** How much of a body, and for how long, is still read after its request was answered. */
const LEFTOVER_BYTES = 1 << 20;
const LEFTOVER_MS = 2_000;
const LEFTOVER_CHECK_MS = 100;

/** What answers a request. */
type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** What is known of one connection. */
interface Connection {
  /** Whether a request is being answered. */
  isAnswering: boolean;
  /** Requests behind that one, in the order they came in. */
  readonly pipelined: (readonly [request: IncomingMessage, response: ServerResponse])[];
  /** Bytes that were unread at the last check, and since when they are the same. */
  unreadBytes: number;
  sinceMs: number;
}

/** A connection whose client still sends the body of an answered request. */
interface Leftover {
  readonly request: IncomingMessage;
  readonly bytesRead: number;
  readonly sinceMs: number;
}

/**
 * Owns the connections of an HTTP server: how many there are, which of them do not read their answers or go on sending
 * what is not read, and how they end when the server stops. Node itself waits for a connection that never sent a request
 * for as long as its client likes, and reads the rest of a refused body for as long as it comes.
 *
 * Requests of one connection are answered one at a time. Node would begin all that are in a packet, up to thousands, and
 * keep their answers until the client reads the first.
 */
export class HttpConnections {
  #listener: RequestListener;
  readonly #connections = new Map<Socket, Connection>();
  readonly #timer: NodeJS.Timeout;
  readonly #leftovers = new Map<Socket, Leftover>();
  #leftoverTimer: NodeJS.Timeout | undefined;
  #isStopping = false;

  /** Takes the place of the server's own listener for requests. */
  constructor(server: Server | TlsServer, listener: RequestListener) {
    this.#listener = listener;
    server.maxConnections = MAX_CONNECTIONS;
    const opened = (socket: Socket): void => {
      const connection = { isAnswering: false, pipelined: [], unreadBytes: 0, sinceMs: performance.now() };
      this.#connections.set(socket, connection);
      socket.once('close', () => {
        this.#connections.delete(socket);
        this.#leftovers.delete(socket);
      });
    };
    // With TLS a connection is two sockets: the second one has the requests.
    server.on('connection', opened).on('secureConnection', opened);
    server.removeAllListeners('request');
    server.on('request', (request, response) => this.#receive(request, response));
    this.#timer = setInterval(() => this.#endStalled(), CHECK_MS).unref();
  }

  /** Answers requests that come from now on with another listener. */
  answerWith(listener: RequestListener): void {
    this.#listener = listener;
  }

  /**
   * Ends connections without a request at once, those with one after its answer, and what is left after `graceMs`: half a
   * header, half a body, an answer that is not read. To be called beside the server's own `close`.
   */
  async close(graceMs: number, closed: Promise<unknown>): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    clearInterval(this.#leftoverTimer);
    for (const [socket, { isAnswering }] of this.#connections) {
      if (!isAnswering && socket.bytesRead === 0) {
        socket.destroy();
      }
    }
    const timer = setTimeout(() => {
      for (const socket of this.#connections.keys()) {
        socket.destroy();
      }
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = this.#connections.get(socket);
    // What else a packet has is still parsed after its connection was dropped.
    if (connection === undefined || socket.destroyed) {
      return;
    }
    if (!connection.isAnswering) {
      this.#answer(connection, request, response);
    } else if (connection.pipelined.length < MAX_PIPELINED) {
      connection.pipelined.push([request, response]);
    } else {
      connection.pipelined.length = 0;
      socket.destroy();
    }
  }

  #answer(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    connection.isAnswering = true;
    if (this.#isStopping) {
      response.setHeader('connection', 'close');
    }
    response.once('close', () => {
      connection.isAnswering = false;
      const [next] = connection.pipelined.splice(0, 1);
      if (next !== undefined && !socket.destroyed) {
        this.#answer(connection, ...next);
      } else if (this.#isStopping) {
        socket.end();
      }
    });
    response.once('finish', () => {
      if (!request.complete && !socket.destroyed) {
        this.#leftovers.set(socket, { request, bytesRead: socket.bytesRead, sinceMs: performance.now() });
        this.#leftoverTimer ??= setInterval(() => this.#endLeftovers(), LEFTOVER_CHECK_MS).unref();
      }
    });
    this.#listener(request, response);
  }

  /** The client has had its answer: what it goes on sending costs us the reading, and it nothing. */
  #endLeftovers(): void {
    const nowMs = performance.now();
    for (const [socket, { request, bytesRead, sinceMs }] of this.#leftovers) {
      if (request.complete) {
        this.#leftovers.delete(socket);
      } else if (socket.bytesRead - bytesRead > LEFTOVER_BYTES || nowMs - sinceMs > LEFTOVER_MS) {
        socket.destroy();
      }
    }
    if (this.#leftovers.size === 0) {
      clearInterval(this.#leftoverTimer);
      this.#leftoverTimer = undefined;
    }
  }

  #endStalled(): void {
    const nowMs = performance.now();
    let unreadBytes = 0;
    for (const [socket, connection] of this.#connections) {
      const { writableLength } = socket;
      unreadBytes += writableLength;
      if (writableLength === 0 || writableLength !== connection.unreadBytes) {
        connection.unreadBytes = writableLength;
        connection.sinceMs = nowMs;
      } else if (nowMs - connection.sinceMs > STALL_MS) {
        socket.destroy();
      }
    }
    if (unreadBytes > MAX_UNREAD_BYTES) {
      this.#endLongestUnread(unreadBytes);
    }
  }

  #endLongestUnread(unreadBytes: number): void {
    const byAge = [...this.#connections].toSorted(([, a], [, b]) => a.sinceMs - b.sinceMs);
    let left = unreadBytes;
    for (const [socket] of byAge) {
      if (left <= MAX_UNREAD_BYTES) {
        return;
      }
      if (socket.writableLength > 0) {
        left -= socket.writableLength;
        socket.destroy();
      }
    }
  }
}
