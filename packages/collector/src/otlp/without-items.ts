import { ATTR_USER_ID } from '@userspan/core/semconv';
import { LogRecordSchema } from './generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { SpanSchema } from './generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { decode } from './decode.ts';
import { rewriteItems } from './rewrite-items.ts';
import { hasValidIds, hexOf } from './spans-of-request.ts';

/** A request after items were removed. All other bytes are unchanged. */
export interface Without {
  readonly bytes: Uint8Array;
  readonly removed: number;
}

/** Tells whether a span, given by ids in hex, is removed. */
export type IsRemoved = (traceId: string, spanId: string) => boolean;

/** Removes spans with invalid ids. */
export function withoutInvalidSpans(bytes: Uint8Array): Without {
  return without(bytes, (span) => !hasValidIds(decode(SpanSchema, span)));
}

/** Removes the spans for which `isRemoved` returns true. */
export function withoutSpans(bytes: Uint8Array, isRemoved: IsRemoved): Without {
  return without(bytes, (span) => {
    const { traceId, spanId } = decode(SpanSchema, span);
    return isRemoved(hexOf(traceId), hexOf(spanId));
  });
}

/** Removes the log records of spans for which `isRemoved` returns true, and those that name one of the users. */
export function withoutLogRecords(
  bytes: Uint8Array,
  isRemoved: IsRemoved,
  userIds: ReadonlySet<string>,
): Without {
  return without(bytes, (bytesOfRecord) => {
    const record = decode(LogRecordSchema, bytesOfRecord);
    const namesUser = record.attributes.some(
      ({ key, value }) =>
        key === ATTR_USER_ID && value?.value.case === 'stringValue' && userIds.has(value.value.value),
    );
    return namesUser || isRemoved(hexOf(record.traceId), hexOf(record.spanId));
  });
}

function without(bytes: Uint8Array, isRemoved: (unit: Uint8Array) => boolean): Without {
  let removed = 0;
  const rest = rewriteItems(bytes, (unit) => {
    if (!isRemoved(unit)) {
      return undefined;
    }
    removed += 1;
    return 'drop';
  });
  return { bytes: rest, removed };
}
