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
  /** Addresses and networks whose `x-forwarded-for` is believed. */
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
  /** Gives new connections another certificate. */
  renewTls(pair: { readonly cert: string; readonly key: string }): void;
  /** Lets calls in flight end, for at most `graceMs`. Connections without a call end at once. */
  close(graceMs: number): Promise<void>;
}

const SIGNAL_BY_PATH: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};

const SERVER_OPTIONS: ServerOptions = {
  // A stream that is not read yet holds one window at most, a connection with all of its streams four.
  settings: { initialWindowSize: 256 << 10, maxConcurrentStreams: 100, maxHeaderListSize: 32 << 10 },
  maxHeaderListPairs: 256,
  // Frames that break the protocol, and headers that break the limits above, end a connection after a few: Node allows
  // 1,000 and 100, and decoding a header block of references costs 10 ms.
  maxSessionInvalidFrames: 20,
  maxSessionRejectedStreams: 5,
};

/**
 * Starts OTLP/gRPC: the three Export methods, by the same {@link Intake} as OTLP/HTTP.
 *
 * Unary gRPC is small enough to be spoken on `node:http2` directly, and only there can a call be judged by its headers:
 * `@grpc/grpc-js` hands a call over when its message is in memory, compressed or not, with a token or without. Here no byte
 * of a body is read before the token was checked, and each one counts against the budget as it arrives.
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
      connections.noteAdmitted(session);
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
      // Every further guess has to open a connection first.
      session?.close();
    }
    return;
  }
  if (stream.destroyed || stream.closed) {
    // The client gave up, or the server is stopping.
    return;
  }
  onError(error);
  sendFailure(stream, { code: CODES.internal, message: 'internal error; the collector’s log has the cause' });
}

interface Call {
  readonly signal: Signal;
  readonly encoding: string;
  /** Bytes that the client announces; 0 when it does not. */
  readonly contentLength: number;
}

/** What is called, or how the call fails by its headers alone. */
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
    intake.noteRefusal(signal, refusal);
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

/** Where a call comes from: the connection's address, or what a trusted proxy says. */
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
