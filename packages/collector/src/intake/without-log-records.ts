import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ATTR_USER_ID } from '@userspan/core';
import { ExportLogsServiceRequestSchema } from '../generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import type { LogRecord } from '../generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { hexOf } from './spans-of-request.ts';
import type { Without } from './without-spans.ts';

/** The request without the log records of spans that `isRemoved` names, and of those that name one of the users. */
export function withoutLogRecords(
  bytes: Uint8Array,
  isRemoved: (traceId: string, spanId: string) => boolean,
  userIds: ReadonlySet<string>,
): Without {
  const request = fromBinary(ExportLogsServiceRequestSchema, bytes);
  const isKept = (record: LogRecord): boolean =>
    !isRemoved(hexOf(record.traceId), hexOf(record.spanId)) && !namesOneOf(record, userIds);
  let removed = 0;
  for (const resourceLogs of request.resourceLogs) {
    for (const scopeLogs of resourceLogs.scopeLogs) {
      const kept = scopeLogs.logRecords.filter(isKept);
      removed += scopeLogs.logRecords.length - kept.length;
      scopeLogs.logRecords = kept;
    }
    resourceLogs.scopeLogs = resourceLogs.scopeLogs.filter(({ logRecords }) => logRecords.length > 0);
  }
  request.resourceLogs = request.resourceLogs.filter(({ scopeLogs }) => scopeLogs.length > 0);
  return removed === 0
    ? { bytes, removed }
    : { bytes: toBinary(ExportLogsServiceRequestSchema, request), removed };
}

function namesOneOf({ attributes }: LogRecord, userIds: ReadonlySet<string>): boolean {
  return attributes.some(
    ({ key, value }) =>
      key === ATTR_USER_ID && value?.value.case === 'stringValue' && userIds.has(value.value.value),
  );
}
