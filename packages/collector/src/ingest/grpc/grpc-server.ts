import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type Http2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import { encodeResponse } from '../../otlp/encode-reply.ts';
import type { Signal } from '../../otlp/signal.ts';
import { AccessError } from '../../security/access-error.ts';
import { admitSender, type Sender, type TokenCheck } from '../../security/sender.ts';
import type { ByteBudget } from '../byte-budget.ts';
import type { Intake } from '../intake.ts';
import { type Outcome, refuse, type Refusal } from '../outcome.ts';
import {
  CODES,
  failureOfAccess,
  failureOfRefusal,
  type GrpcFailure,
  sendFailure,
  sendMessage,
} from './grpc-status.ts';
import { GrpcConnections } from './grpc-connections.ts';
import { MESSAGE_ENCODINGS, readMessage } from './read-message.ts';

export interface GrpcServerOptions extends TokenCheck {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Addresses and networks whose `x-forwarded-for` is trusted. */
  readonly trustedProxies: readonly string[];
  readonly intake: Intake;
  readonly budget: ByteBudget;
  readonly maxBodyBytes: number;
  /** Called with an unexpected error, for the log. */
  readonly onError: (error: unknown) => void;
}

/** A listening OTLP/gRPC server. */
export interface GrpcServer {
  readonly port: number;
  /** Uses another certificate for new connections. */
  renewTls(pair: { readonly cert: string; readonly key: string }): void;
  /** Waits at most `graceMs` for running calls. Connections without a call are closed immediately. */
  close(graceMs: number): Promise<void>;
}

const SIGNAL_BY_PATH: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};

const SERVER_OPTIONS: ServerOptions = {
  // An unread stream holds at most one window, and a connection with all of its streams at most four.
  settings: { initialWindowSize: 256 << 10, maxConcurrentStreams: 100, maxHeaderListSize: 32 << 10 },
  maxHeaderListPairs: 256,
  // A few invalid frames, or headers beyond the limits above, end a connection. Node's defaults are 1,000 and 100, and
  // decoding a header block of references takes 10 ms.
  maxSessionInvalidFrames: 20,
  maxSessionRejectedStreams: 5,
};

/**
 * Starts OTLP/gRPC with the three Export methods, which use the same {@link Intake} as OTLP/HTTP.
 *
 * Unary gRPC is simple enough to implement on `node:http2`, which allows refusing a call by its headers.
 * `@grpc/grpc-js` passes on a call only when its message is in memory, even without a valid token. Here, no byte of a
 * body is read before the token is checked, and each byte counts against the budget as it arrives.
 */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const { host, port, tls } = options;
  const server: Http2Server =
    tls === undefined
      ? createServer(SERVER_OPTIONS)
      : createSecureServer({ ...SERVER_OPTIONS, ...tls, handshakeTimeout: 10_000 });
  const connections = new GrpcConnections(server);
  const trust = proxyAddr.compile([...options.trustedProxies]);
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...more: unknown[]) => {
    const rawHeaders = (more[1] ?? []) as readonly string[];
    stream.on('error', () => undefined);
    const address = addressOf(stream, headers, trust);
    void serve(stream, headers, rawHeaders, address, options, connections);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    renewTls: (pair) => (server as Partial<Http2SecureServer>).setSecureContext?.(pair),
    close: (graceMs) => connections.close(graceMs),
  };
}

async function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  address: string,
  options: GrpcServerOptions,
  connections: GrpcConnections,
): Promise<void> {
  const { session } = stream;
  try {
    const call = readHeaders(headers, rawHeaders);
    if ('httpStatus' in call) {
      stream.respond({ ':status': call.httpStatus }, { endStream: true });
      stream.close();
      return;
    }
    const sender = await admitSender(headers, address, options);
    if (stream.destroyed) {
      return;
    }
    if (session !== undefined) {
      connections.markAdmitted(session);
    }
    if ('code' in call) {
      sendFailure(stream, call);
      return;
    }
    const outcome = await take(stream, call, sender, address, options);
    if (outcome.taken) {
      sendMessage(stream, encodeResponse(outcome));
    } else {
      sendFailure(stream, failureOfRefusal(outcome));
    }
  } catch (error) {
    answerError(error, stream, session, options);
  }
}

function answerError(
  error: unknown,
  stream: ServerHttp2Stream,
  session: Http2Session | undefined,
  { onError }: GrpcServerOptions,
): void {
  if (error instanceof AccessError) {
    sendFailure(stream, failureOfAccess(error));
    if (error.statusCode === 429) {
      // Makes every further guess of a token open a new connection.
      session?.close();
    }
    return;
  }
  if (stream.destroyed || stream.closed) {
    // The client cancelled, or the server is stopping.
    return;
  }
  onError(error);
  sendFailure(stream, { code: CODES.internal, message: 'internal error; the collector’s log has the cause' });
}

interface Call {
  readonly signal: Signal;
  readonly encoding: string;
  /** The announced number of bytes; 0 if absent. */
  readonly contentLength: number;
}

/** The called method, or the failure that follows from the headers. */
function readHeaders(
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): Call | GrpcFailure | { readonly httpStatus: number } {
  if (headers[':method'] !== 'POST') {
    return { httpStatus: 405 };
  }
  if (!/^application\/grpc(?:\+proto)?(?:;|$)/i.test(headers['content-type'] ?? '')) {
    return { httpStatus: 415 };
  }
  if (rawHeaders.filter((name, i) => i % 2 === 0 && name === 'authorization').length > 1) {
    throw new AccessError(400, 'the call has more than one authorization header');
  }
  const path = headers[':path'] ?? '';
  const signal = Object.hasOwn(SIGNAL_BY_PATH, path) ? SIGNAL_BY_PATH[path] : undefined;
  if (signal === undefined) {
    return { code: CODES.unimplemented, message: 'unknown method: OTLP only has Export' };
  }
  const encoding = headers['grpc-encoding']?.toString() ?? 'identity';
  if (!MESSAGE_ENCODINGS.includes(encoding)) {
    return {
      code: CODES.unimplemented,
      message: `grpc-encoding must be one of ${MESSAGE_ENCODINGS.join(', ')}`,
    };
  }
  return { signal, encoding, contentLength: Number(headers['content-length'] ?? 0) };
}

async function take(
  stream: ServerHttp2Stream,
  { signal, encoding, contentLength }: Call,
  { project, claimed, token }: Sender,
  address: string,
  { budget, intake, maxBodyBytes }: GrpcServerOptions,
): Promise<Outcome> {
  const refuseAtDoor = (refusal: Refusal): Refusal => {
    intake.countRefusal(signal, refusal);
    return refusal;
  };
  if (contentLength > maxBodyBytes + 5) {
    return refuseAtDoor(
      refuse('too-large', `the message is larger than ${maxBodyBytes} bytes: send smaller batches`),
    );
  }
  const share = budget.share({ token, claimed, address });
  try {
    const body = await readMessage(stream, encoding, maxBodyBytes, share);
    return 'taken' in body
      ? refuseAtDoor(body)
      : await intake.receive({ signal, encoding: 'protobuf', body, project, claimed, share });
  } finally {
    share.release();
  }
}

/** Address of the client: that of the connection, or as a trusted proxy reports it. */
function addressOf(
  { session }: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  trust: (address: string, hop: number) => boolean,
): string {
  const remote = session?.socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || !trust(remote, 0)) {
    return remote;
  }
  const hops = [
    remote,
    ...forwarded
      .toString()
      .split(',')
      .map((hop) => hop.trim())
      .toReversed(),
  ];
  return hops.find((hop, i) => i === hops.length - 1 || !trust(hop, i)) ?? remote;
}
