import { create, toBinary } from '@bufbuild/protobuf';
import { StatusSchema } from './generated/google/rpc/status_pb.ts';
import { ExportTraceServiceResponseSchema } from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { Signal } from './signal.ts';

const REJECTED_NAMES = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
} as const;

/** The part of an accepted request that was dropped or is not used, and why. */
export interface PartialSuccess {
  /** Spans, log records or data points. */
  readonly rejected: number;
  readonly message: string;
}

/** The protobuf answer to an accepted request. It has `partial_success` only if needed. */
export function encodeResponse({ rejected, message: errorMessage }: PartialSuccess): Uint8Array {
  if (rejected === 0 && errorMessage === '') {
    return new Uint8Array();
  }
  // The three responses differ only in the name of a field and not on the wire.
  const partialSuccess = { rejectedSpans: BigInt(rejected), errorMessage };
  return toBinary(
    ExportTraceServiceResponseSchema,
    create(ExportTraceServiceResponseSchema, { partialSuccess }),
  );
}

/** The same answer as OTLP/JSON. */
export function jsonResponse(signal: Signal, { rejected, message }: PartialSuccess): object {
  return rejected === 0 && message === ''
    ? {}
    : { partialSuccess: { [REJECTED_NAMES[signal]]: String(rejected), errorMessage: message } };
}

/** Encodes a `google.rpc.Status`, the body of every OTLP/HTTP error. `code` is a value of `google.rpc.Code`. */
export function encodeStatus(code: number, message: string): Uint8Array {
  return toBinary(StatusSchema, create(StatusSchema, { code, message }));
}
