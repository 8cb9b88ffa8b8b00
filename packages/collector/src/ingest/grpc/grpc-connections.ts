import type { Http2Server, Http2Session, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

const MAX_CONNECTIONS = 1_000;
/** Maximum number of connections per address. */
const MAX_PER_ADDRESS = 250;
/** Time limit for the first accepted call of a connection. */
const ADMIT_MS = 20_000;
/** Maximum number of bytes, besides data in its window, before the first accepted call. More frames are a flood. */
const ADMIT_BYTES = 128 << 10;
const ADMIT_CHECK_MS = 250;
/** How long a connection may be idle. Clients keep it for the next batch, which may be a minute away. */
const IDLE_MS = 5 * 60_000;
/** Time limit of a call, from headers to answer. */
const CALL_MS = 60_000;
/**
 * Window of unread data for all streams of a connection, after its first accepted call. Before, it is HTTP/2's default
 * of 64 KiB.
 */
const CONNECTION_WINDOW_BYTES = 1 << 20;

/**
 * Limits the connections of an HTTP/2 server: their number, their time without a call, the duration of calls, and their
 * end when the server stops.
 */
export class GrpcConnections {
  readonly #server: Http2Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<Http2Session, NodeJS.Timeout>();
  /** Sessions without an accepted call. */
  readonly #waiting = new Set<Http2Session>();
  #floodTimer: NodeJS.Timeout | undefined;
  readonly #perAddress = new Map<string, number>();

  constructor(server: Http2Server) {
    this.#server = server;
    server.maxConnections = MAX_CONNECTIONS;
    server.on('connection', (socket: Socket) => this.#opened(socket));
    server.on('session', (session: ServerHttp2Session) => this.#began(session));
    server.on('sessionError', () => undefined);
    // The client does not speak TLS, or dropped the connection in the middle of the handshake.
    server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
    server.on('stream', limitTime);
  }

  /** Call when a call of this connection was accepted, so that the connection may stay. */
  markAdmitted(session: Http2Session): void {
    clearTimeout(this.#sessions.get(session));
    if (this.#waiting.delete(session) && !session.destroyed) {
      (session as ServerHttp2Session).setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    }
  }

  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const session of this.#sessions.keys()) {
      session.close();
    }
    for (const socket of this.#sockets) {
      if (socket.bytesRead === 0) {
        socket.destroy();
      }
    }
    const timer = setTimeout(() => {
      for (const session of this.#sessions.keys()) {
        session.destroy();
      }
      for (const socket of this.#sockets) {
        socket.destroy();
      }
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  #opened(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const count = (this.#perAddress.get(address) ?? 0) + 1;
    if (count > MAX_PER_ADDRESS) {
      socket.destroy();
      return;
    }
    this.#perAddress.set(address, count);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) {
        this.#perAddress.delete(address);
      } else {
        this.#perAddress.set(address, left);
      }
    });
  }

  #began(session: ServerHttp2Session): void {
    session.on('error', () => undefined);
    // Pings count as activity of a session, so a separate timer ends one without an accepted call.
    const deadline = setTimeout(() => session.destroy(), ADMIT_MS);
    this.#sessions.set(session, deadline);
    this.#waiting.add(session);
    this.#floodTimer ??= setInterval(() => this.#endFloods(), ADMIT_CHECK_MS).unref();
    session.setTimeout(IDLE_MS, () => session.close());
    session.once('close', () => {
      clearTimeout(deadline);
      this.#sessions.delete(session);
      this.#waiting.delete(session);
    });
  }

  /** Ends connections that flood the server. nghttp2 reads refused headers completely and does not report their size. */
  #endFloods(): void {
    for (const session of this.#waiting) {
      // A destroyed session has no socket and is closed slightly later.
      const { effectiveRecvDataLength = 0 } = session.state;
      if (!session.destroyed && session.socket.bytesRead - effectiveRecvDataLength > ADMIT_BYTES) {
        session.destroy();
      }
    }
    if (this.#waiting.size === 0) {
      clearInterval(this.#floodTimer);
      this.#floodTimer = undefined;
    }
  }
}

/** Limits the duration of a call, regardless of the client's flow-control window. */
function limitTime(stream: ServerHttp2Stream): void {
  const timer = setTimeout(() => stream.destroy(), CALL_MS);
  stream.once('close', () => clearTimeout(timer));
}
