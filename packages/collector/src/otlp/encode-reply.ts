import { create, toBinary } from '@bufbuild/protobuf';
import { StatusSchema } from './generated/google/rpc/status_pb.ts';
import { ExportTraceServiceResponseSchema } from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { Signal } from './signal.ts';

const REJECTED_NAMES = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
} as const;

/** What of an accepted request was dropped or is not used, and why. */
export interface PartialSuccess {
  /** Spans, log records or data points. */
  readonly rejected: number;
  readonly message: string;
}

/** The protobuf answer to a request that was taken. `partial_success` is there only when there is something to say. */
export function encodeResponse({ rejected, message: errorMessage }: PartialSuccess): Uint8Array {
  if (rejected === 0 && errorMessage === '') {
    return new Uint8Array();
  }
  // The three responses differ in the name of one field and not on the wire.
  const partialSuccess = { rejectedSpans: BigInt(rejected), errorMessage };
  return toBinary(
    ExportTraceServiceResponseSchema,
    create(ExportTraceServiceResponseSchema, { partialSuccess }),
  );
}

/** The same as OTLP/JSON. */
export function jsonResponse(signal: Signal, { rejected, message }: PartialSuccess): object {
  return rejected === 0 && message === ''
    ? {}
    : { partialSuccess: { [REJECTED_NAMES[signal]]: String(rejected), errorMessage: message } };
}

/** A `google.rpc.Status`, which is the body of every OTLP/HTTP error. `code` is a value of `google.rpc.Code`. */
export function encodeStatus(code: number, message: string): Uint8Array {
  return toBinary(StatusSchema, create(StatusSchema, { code, message }));
}
