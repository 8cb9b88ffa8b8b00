import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { FairReads } from './fair-reads.ts';

const MAX_CONNECTIONS = 2_000;
/**
 * Maximum number of pipelined requests that wait for earlier answers. Clients that pipeline send a few at a time; each
 * waiting one needs about 3 KB.
 */
const MAX_PIPELINED = 10;
/** Maximum time for answers to waiting requests in one turn of the event loop. */
const ANSWERS_MS = 5;
/** How long a client may not read a pending answer. */
const STALL_MS = 30_000;
/** How long a client may not read a pending answer while the server stops. */
const CLOSING_STALL_MS = 1_000;
/**
 * Maximum unread bytes of all clients together. Above it, connections that have not read for the longest time are
 * closed first.
 */
const MAX_UNREAD_BYTES = 64 << 20;
const CHECK_MS = 1_000;
/** Maximum size of the rest of a body that is read after its request was answered, and the maximum time for it. */
const LEFTOVER_BYTES = 1 << 20;
const LEFTOVER_MS = 2_000;
const LEFTOVER_CHECK_MS = 100;

/** What answers a request. */
type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** State of one connection. */
interface Connection {
  /** Whether a request is being answered. */
  isAnswering: boolean;
  /** Waiting requests, in order of arrival. */
  readonly pipelined: (readonly [request: IncomingMessage, response: ServerResponse])[];
  /** Unread bytes at the last check, and since when they have not changed. */
  unreadBytes: number;
  sinceMs: number;
}

/** A connection whose client is still sending the body of an answered request. */
interface Leftover {
  readonly request: IncomingMessage;
  readonly bytesRead: number;
  readonly sinceMs: number;
}

/**
 * Manages the connections of an HTTP server: their number, clients that do not read answers or keep sending unwanted
 * bodies, and their end when the server stops. Node by itself has no limit for a connection that never sends a request,
 * reads the rest of a refused body without a limit, sends `100 Continue` before the request is checked, and drops the
 * answer to a client that has ended its side.
 *
 * Requests of one connection are processed one at a time. Node would start all requests of a packet, possibly
 * thousands, and buffer their answers until the client reads the first.
 */
export class HttpConnections {
  #listener: RequestListener;
  readonly #connections = new Map<Socket, Connection>();
  readonly #timer: NodeJS.Timeout;
  readonly #leftovers = new Map<Socket, Leftover>();
  #leftoverTimer: NodeJS.Timeout | undefined;
  #isStopping = false;
  readonly #reads = new FairReads();
  /** Postponed starts of answers. */
  readonly #later: (() => void)[] = [];
  #laterTurn: NodeJS.Immediate | undefined;

  /** Replaces the server's request listener. */
  constructor(server: Server | TlsServer, listener: RequestListener) {
    this.#listener = listener;
    server.maxConnections = MAX_CONNECTIONS;
    const opened = (socket: Socket): void => {
      // Reading the address makes Node remember it, because requests may be processed after the connection is closed.
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
    // With TLS a connection has two sockets, the second of which has the requests.
    server.on('connection', opened).on('secureConnection', opened);
    server.on('clientError', (_error, socket) => this.#reads.drop(socket as Socket));
    server.removeAllListeners('request');
    server.on('request', (request, response) => this.#receive(request, response));
    server.on('checkContinue', (request, response) => {
      askForBodyWhenRead(request, response);
      this.#receive(request, response);
    });
    // A client may end its side after its request and still read the answer.
    Object.assign(server, { httpAllowHalfOpen: true });
    this.#timer = setInterval(() => this.#endStalled(), CHECK_MS).unref();
  }

  /** Uses another listener for later requests. */
  answerWith(listener: RequestListener): void {
    this.#listener = listener;
  }

  /**
   * Closes connections: those without a request, and those whose client has stopped reading, immediately; those with a
   * request after its answer; and the rest (incomplete headers or bodies, unread answers) after `graceMs`. Call it
   * together with the server's `close`.
   */
  async close(graceMs: number, closed: Promise<unknown>): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    clearInterval(this.#leftoverTimer);
    const nowMs = performance.now();
    for (const [socket, { isAnswering, unreadBytes, sinceMs }] of this.#connections) {
      const isStalled =
        unreadBytes > 0 && socket.writableLength === unreadBytes && nowMs - sinceMs > CLOSING_STALL_MS;
      if (isStalled || (!isAnswering && socket.bytesRead === 0)) {
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
    // The rest of a slice is still parsed after its connection was closed.
    if (connection === undefined || socket.destroyed) {
      return;
    }
    if (!connection.isAnswering) {
      this.#answer(connection, request, response);
    } else if (connection.pipelined.length < MAX_PIPELINED) {
      connection.pipelined.push([request, response]);
    } else {
      // Otherwise Node creates an error with a stack for each of them.
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

  /** Postpones an answer, so that requests of other connections are processed in between. */
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

  /** Closes connections that keep sending a body after the client got its answer. */
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
 * Sends `100 Continue` when reading of the body starts, which is after the sender was authorized. If the answer is sent
 * without it, Node closes the connection, because the client may or may not send the body.
 */
function askForBodyWhenRead(request: IncomingMessage, response: ServerResponse): void {
  request.once('resume', () => {
    // After the answer, Node reads the body only to drop it.
    if (!response.headersSent) response.writeContinue();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
