import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { FairReads } from './fair-reads.ts';

const MAX_CONNECTIONS = 2_000;
/**
 * Requests of one connection that may wait for the answers before theirs. Clients that pipeline send a few at a time; each
 * that waits costs some 3 KB.
 */
const MAX_PIPELINED = 10;
/** How long answers to requests that waited may take in one turn of the event loop. */
const ANSWERS_MS = 5;
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
 * for as long as its client likes, reads the rest of a refused body for as long as it comes, asks for a body before anybody
 * knows whether it is wanted, and drops the answer to a client that has ended its side.
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
  readonly #reads = new FairReads();
  /** Answers that are due, and when they are begun. */
  readonly #later: (() => void)[] = [];
  #laterTurn: NodeJS.Immediate | undefined;

  /** Takes the place of the server's own listener for requests. */
  constructor(server: Server | TlsServer, listener: RequestListener) {
    this.#listener = listener;
    server.maxConnections = MAX_CONNECTIONS;
    const opened = (socket: Socket): void => {
      // Node keeps the address once it was read: what a connection sent may be looked at after it is gone.
      if (socket.remoteAddress === undefined) {
        socket.destroy();
        return;
      }
      this.#connections.set(socket, {
        isAnswering: false,
        pipelined: [],
        unreadBytes: 0,
        sinceMs: performance.now(),
      });
      this.#reads.add(socket);
      socket.once('close', () => {
        this.#connections.delete(socket);
        this.#leftovers.delete(socket);
      });
    };
    // With TLS a connection is two sockets: the second one has the requests.
    server.on('connection', opened).on('secureConnection', opened);
    server.on('clientError', (_error, socket) => this.#reads.drop(socket as Socket));
    server.removeAllListeners('request');
    server.on('request', (request, response) => this.#receive(request, response));
    server.on('checkContinue', (request, response) => {
      askForBodyWhenRead(request, response);
      this.#receive(request, response);
    });
    // A client may end its side after its request, and still reads the answer.
    Object.assign(server, { httpAllowHalfOpen: true });
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
    if (hasBody(request)) {
      this.#reads.hold(request);
    }
    // The rest of a slice is still parsed after its connection was dropped.
    if (connection === undefined || socket.destroyed) {
      return;
    }
    if (!connection.isAnswering) {
      this.#answer(connection, request, response);
    } else if (connection.pipelined.length < MAX_PIPELINED) {
      connection.pipelined.push([request, response]);
    } else {
      // Without this, Node makes an error with a stack for each of them.
      for (const [waiting] of connection.pipelined.splice(0)) {
        waiting.destroy();
      }
      socket.destroy();
    }
  }

  #answer(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (socket.destroyed) {
      return;
    }
    connection.isAnswering = true;
    if (this.#isStopping) {
      response.setHeader('connection', 'close');
    }
    response.once('close', () => {
      const [next] = connection.pipelined.splice(0, 1);
      if (next !== undefined && !socket.destroyed) {
        this.#answerLater(() => this.#answer(connection, ...next));
        return;
      }
      connection.isAnswering = false;
      if (this.#isStopping) {
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

  /** Between two of them, requests of other connections are answered. */
  #answerLater(answer: () => void): void {
    this.#later.push(answer);
    this.#beginLater();
  }

  #answerSome(): void {
    this.#laterTurn = undefined;
    const until = performance.now() + ANSWERS_MS;
    do {
      this.#later.shift()?.();
    } while (this.#later.length > 0 && performance.now() < until);
    this.#beginLater();
  }

  #beginLater(): void {
    if (this.#later.length > 0 && this.#laterTurn === undefined) {
      this.#laterTurn = setImmediate(() => this.#answerSome());
    }
  }

  /** The client has its answer already: reading the rest of its body would only cost us time. */
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

/**
 * Sends `100 Continue` when the body begins to be read, which is after the sender was admitted. After an answer without it
 * Node closes the connection, because the client may send the body or not.
 */
function askForBodyWhenRead(request: IncomingMessage, response: ServerResponse): void {
  request.once('resume', () => {
    // After an answer, Node reads the body to drop it.
    if (!response.headersSent) response.writeContinue();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
