import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import type { ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import { RetryInfoSchema } from '../../otlp/generated/google/rpc/error_details_pb.ts';
import { StatusSchema } from '../../otlp/generated/google/rpc/status_pb.ts';
import type { AccessError } from '../../security/access-error.ts';
import { type Refusal, type RefusalReason, RETRY_AFTER_SECONDS } from '../outcome.ts';

/** Values of `google.rpc.Code` that the server uses. */
export const CODES = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** How a call fails. */
export interface GrpcFailure {
  readonly code: number;
  readonly message: string;
}

const REFUSAL_CODES: Readonly<Record<RefusalReason, number>> = {
  malformed: CODES.invalidArgument,
  unsupported: CODES.unimplemented,
  // Without RetryInfo, senders do not retry, which is right: the same request will not become smaller.
  'too-large': CODES.resourceExhausted,
  'too-slow': CODES.deadlineExceeded,
  loop: CODES.failedPrecondition,
  busy: CODES.unavailable,
  unavailable: CODES.unavailable,
};

export function failureOfRefusal({ reason, message }: Refusal): GrpcFailure {
  return { code: REFUSAL_CODES[reason], message };
}

export function failureOfAccess({ statusCode, message }: AccessError): GrpcFailure {
  switch (statusCode) {
    case 401:
      return { code: CODES.unauthenticated, message };
    case 429:
      return { code: CODES.resourceExhausted, message };
    case 400:
      return { code: CODES.invalidArgument, message };
    default:
      return { code: CODES.permissionDenied, message };
  }
}

/** Ends a call with a failure in headers only, and discards further data of its stream. */
export function sendFailure(stream: ServerHttp2Stream, { code, message }: GrpcFailure): void {
  if (stream.destroyed || stream.closed || stream.headersSent) {
    return;
  }
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-accept-encoding': 'identity,gzip',
      'grpc-status': String(code),
      'grpc-message': percentEncode(message),
      ...(code === CODES.unavailable ? { 'grpc-status-details-bin': retryDetails(message) } : undefined),
    },
    { endStream: true },
  );
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** Ends a call successfully with one message. */
export function sendMessage(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed || stream.closed || stream.headersSent) {
    return;
  }
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity,gzip' },
    { waitForTrailers: true },
  );
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  stream.end(frame);
}

/** Status details with a RetryInfo, by which the OTLP specification asks senders to retry. */
function retryDetails(message: string): string {
  const retryInfo = create(RetryInfoSchema, { retryDelay: { seconds: BigInt(RETRY_AFTER_SECONDS) } });
  const details = [anyPack(RetryInfoSchema, retryInfo)];
  const status = create(StatusSchema, { code: CODES.unavailable, message, details });
  return Buffer.from(toBinary(StatusSchema, status)).toString('base64');
}

/** Percent-encoding of gRPC: the percent sign and everything except printable ASCII, as UTF-8 bytes. */
function percentEncode(message: string): string {
  return message.replace(/[^\x20-\x24\x26-\x7e]+/g, (part) =>
    [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
