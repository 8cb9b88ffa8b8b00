import type { Http2Server, Http2Session, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

const MAX_CONNECTIONS = 1_000;
/** One address may have so many of them. */
const MAX_PER_ADDRESS = 250;
/** A connection has to bring a call that is let in by then. */
const ADMIT_MS = 20_000;
/** Besides data in its window, a connection has to bring one with so many bytes: frames alone are a flood. */
const ADMIT_BYTES = 128 << 10;
const ADMIT_CHECK_MS = 250;
/** Clients keep a connection for the next batch, which may be a minute away. */
const IDLE_MS = 5 * 60_000;
/** One call, from its headers to its answer. */
const CALL_MS = 60_000;
/**
 * What all streams of one connection may hold that was not read yet, once it has brought a call that is let in. Until then
 * it is HTTP/2's default, 64 KiB.
 */
const CONNECTION_WINDOW_BYTES = 1 << 20;

/**
 * Watches the connections of an HTTP/2 server: how many there are, how long each may stay without a call, how long a call
 * may take, and how they end when the server stops.
 */
export class GrpcConnections {
  readonly #server: Http2Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<Http2Session, NodeJS.Timeout>();
  /** Sessions that have not brought a call that was let in. */
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

  /** A call of this connection was let in: it may stay. */
  noteAdmitted(session: Http2Session): void {
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
    // Pings count as life of a session, so a deadline of its own ends one that never brings a call.
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

  /** nghttp2 reads headers that it refuses to their end, and does not report how many there were. */
  #endFloods(): void {
    for (const session of this.#waiting) {
      // A session that was destroyed has no socket any more, and is closed a little later.
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

/** A call ends in time, whatever the client does with its flow-control window. */
function limitTime(stream: ServerHttp2Stream): void {
  const timer = setTimeout(() => stream.destroy(), CALL_MS);
  stream.once('close', () => clearTimeout(timer));
}
