import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';

const MAX_CONNECTIONS = 2_000;
/** How long a client may take nothing of an answer that waits for it. */
const STALL_MS = 30_000;
const CHECK_MS = 5_000;
/** How much of a body, and for how long, is still read after its request was answered. */
const LEFTOVER_BYTES = 1 << 20;
const LEFTOVER_MS = 2_000;
const LEFTOVER_CHECK_MS = 100;

/** What is known of one connection. */
interface Connection {
  /** Requests whose headers are here and whose answer is not sent. */
  requests: number;
  /** Bytes that waited at the last check, and since when they are the same. */
  waitingBytes: number;
  sinceMs: number;
}

/** A connection whose client still sends the body of an answered request. */
interface Leftover {
  readonly request: IncomingMessage;
  readonly bytesRead: number;
  readonly sinceMs: number;
}

/**
 * Watches the connections of an HTTP server: how many there are, which of them do not read their answers or go on sending
 * what nobody reads, and how they end when the server stops. Node itself waits for a connection that never sent a request
 * for as long as its client likes, and reads the rest of a refused body for as long as it comes.
 */
export class HttpConnections {
  readonly #connections = new Map<Socket, Connection>();
  readonly #timer: NodeJS.Timeout;
  readonly #leftovers = new Map<Socket, Leftover>();
  #leftoverTimer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(server: Server | TlsServer) {
    server.maxConnections = MAX_CONNECTIONS;
    const opened = (socket: Socket): void => {
      this.#connections.set(socket, { requests: 0, waitingBytes: 0, sinceMs: performance.now() });
      socket.once('close', () => {
        this.#connections.delete(socket);
        this.#leftovers.delete(socket);
      });
    };
    // With TLS a connection is two sockets: the second one has the requests.
    server.on('connection', opened).on('secureConnection', opened);
    this.watchRequests(server);
    this.#timer = setInterval(() => this.#endStalled(), CHECK_MS).unref();
  }

  /** Begins to count requests, also after the server's listeners were replaced. */
  watchRequests(server: Server | TlsServer): void {
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#count(request, response),
    );
  }

  /**
   * Ends connections without a request at once, those with one after its answer, and what is left after `graceMs`: half a
   * header, half a body, an answer that is not read. To be called beside the server's own `close`.
   */
  async close(graceMs: number, closed: Promise<unknown>): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    clearInterval(this.#leftoverTimer);
    for (const [socket, { requests }] of this.#connections) {
      if (requests === 0 && socket.bytesRead === 0) {
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

  #count(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = this.#connections.get(socket);
    if (connection === undefined) {
      return;
    }
    connection.requests += 1;
    if (this.#isStopping) {
      response.setHeader('connection', 'close');
    }
    response.once('close', () => {
      connection.requests -= 1;
    });
    response.once('finish', () => {
      if (!request.complete && !socket.destroyed) {
        this.#leftovers.set(socket, { request, bytesRead: socket.bytesRead, sinceMs: performance.now() });
        this.#leftoverTimer ??= setInterval(() => this.#endLeftovers(), LEFTOVER_CHECK_MS).unref();
      }
    });
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
    for (const [socket, connection] of this.#connections) {
      const waitingBytes = socket.writableLength;
      if (waitingBytes === 0 || waitingBytes !== connection.waitingBytes) {
        connection.waitingBytes = waitingBytes;
        connection.sinceMs = nowMs;
      } else if (nowMs - connection.sinceMs > STALL_MS) {
        socket.destroy();
      }
    }
  }
}
