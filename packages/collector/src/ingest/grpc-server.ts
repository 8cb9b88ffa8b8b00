import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import {
  type handleUnaryCall,
  Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  status as GrpcStatus,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { RetryInfoSchema } from '../otlp/generated/google/rpc/error_details_pb.ts';
import { StatusSchema } from '../otlp/generated/google/rpc/status_pb.ts';
import type { AccessToken } from '../security/access-token.ts';
import { AccessError, admitSender } from '../security/guard.ts';
import type { ByteBudget } from './byte-budget.ts';
import { encodeResponse } from '../otlp/encode-reply.ts';
import type { Intake } from './intake.ts';
import { type Outcome, refuse, type Refusal, type RefusalReason, RETRY_AFTER_SECONDS } from './outcome.ts';
import type { Signal } from '../otlp/signal.ts';

export interface GrpcServerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly tokens: readonly AccessToken[];
  readonly intake: Intake;
  readonly budget: ByteBudget;
  readonly maxBodyBytes: number;
  /** What threw, for the log: never expected. */
  readonly onError: (error: unknown) => void;
}

/** A listening OTLP/gRPC server. */
export interface GrpcServer {
  readonly port: number;
  /** Lets calls in flight end, for a while. */
  close(): Promise<void>;
}

const PATHS: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};
const CODES: Readonly<Record<RefusalReason, GrpcStatus>> = {
  malformed: GrpcStatus.INVALID_ARGUMENT,
  unsupported: GrpcStatus.INVALID_ARGUMENT,
  // Without RetryInfo a sender takes this as final, as it should: the same request will not become smaller.
  'too-large': GrpcStatus.RESOURCE_EXHAUSTED,
  busy: GrpcStatus.UNAVAILABLE,
  unavailable: GrpcStatus.UNAVAILABLE,
};
const CLOSE_TIMEOUT_MS = 5_000;

/** Starts OTLP/gRPC: the three Export methods, by the same {@link Intake} as OTLP/HTTP. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const server = new Server({
    // Above our own limit, so that ours answers with its own words; holds after decompression too.
    'grpc.max_receive_message_length': options.maxBodyBytes + 1024,
  });
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    const service = { Export: { path: PATHS[signal], ...WIRE } };
    const implementation: UntypedServiceImplementation = { Export: exportMethod(signal, options) };
    server.addService(service, implementation);
  }
  const { host, tls } = options;
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [
          { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) },
        ]);
  const address = `${host.includes(':') ? `[${host}]` : host}:${options.port}`;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, close: () => closeServer(server) };
}

const WIRE = {
  requestStream: false,
  responseStream: false,
  requestSerialize: (message: Buffer) => message,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (message: Uint8Array) => Buffer.from(message),
  responseDeserialize: (bytes: Buffer) => bytes,
} as const;

function exportMethod(signal: Signal, options: GrpcServerOptions): handleUnaryCall<Buffer, Uint8Array> {
  return (call, callback) => void exportOnce(signal, call, options, callback);
}

async function exportOnce(
  signal: Signal,
  call: ServerUnaryCall<Buffer, Uint8Array>,
  options: GrpcServerOptions,
  callback: sendUnaryData<Uint8Array>,
): Promise<void> {
  try {
    answer(await take(signal, call, options), callback);
  } catch (error) {
    if (!(error instanceof AccessError)) {
      options.onError(error);
      callback({ code: GrpcStatus.INTERNAL, details: 'something went wrong here' });
      return;
    }
    const code = error.statusCode === 401 ? GrpcStatus.UNAUTHENTICATED : GrpcStatus.PERMISSION_DENIED;
    callback({ code, details: error.message });
  }
}

async function take(
  signal: Signal,
  call: ServerUnaryCall<Buffer, Uint8Array>,
  { tokens, budget, intake, maxBodyBytes }: GrpcServerOptions,
): Promise<Outcome> {
  const sender = admitSender(call.metadata.get('authorization')[0]?.toString(), tokens);
  const body = call.request;
  if (body.length > maxBodyBytes) {
    return refuseAtDoor(
      signal,
      intake,
      'too-large',
      `the message is larger than ${maxBodyBytes} bytes: send smaller batches`,
    );
  }
  const share = budget.share();
  try {
    if (!share.grow(body.length)) {
      return refuseAtDoor(signal, intake, 'busy', 'too many bytes in flight');
    }
    return await intake.receive({ signal, encoding: 'protobuf', body, ...sender, share });
  } finally {
    share.release();
  }
}

function refuseAtDoor(signal: Signal, intake: Intake, reason: RefusalReason, message: string): Refusal {
  const refusal = refuse(reason, message);
  intake.noteRefusal(signal, refusal);
  return refusal;
}

function answer(outcome: Outcome, callback: sendUnaryData<Uint8Array>): void {
  if (outcome.taken) {
    callback(null, encodeResponse(outcome));
    return;
  }
  const code = CODES[outcome.reason];
  const metadata = code === GrpcStatus.UNAVAILABLE ? retryMetadata(outcome.message) : new Metadata();
  callback({ code, details: outcome.message, metadata });
}

/** Says when to try again, the way the OTLP specification names: a RetryInfo among the status's details. */
function retryMetadata(message: string): Metadata {
  const retryInfo = create(RetryInfoSchema, { retryDelay: { seconds: BigInt(RETRY_AFTER_SECONDS) } });
  const details = [anyPack(RetryInfoSchema, retryInfo)];
  const status = create(StatusSchema, { code: GrpcStatus.UNAVAILABLE, message, details });
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(toBinary(StatusSchema, status)));
  return metadata;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, CLOSE_TIMEOUT_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
