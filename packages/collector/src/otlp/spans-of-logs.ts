import { spanOfLog } from '@userspan/ledger';
import type { Attributes, LogRecord, Span } from '@userspan/ledger';
import { InstrumentationScopeSchema } from './generated/opentelemetry/proto/common/v1/common_pb.ts';
import {
  type LogRecord as OtlpLogRecord,
  LogRecordSchema,
} from './generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { ResourceSchema } from './generated/opentelemetry/proto/resource/v1/resource_pb.ts';
import { decode } from './decode.ts';
import { fieldsOf } from './items-of.ts';
import { contentOf } from './contents-of-logs.ts';
import { rewriteItems } from './rewrite-items.ts';
import { attributesOf, valueOf } from './attributes-of.ts';
import { hasValidIds, hexOf, joined } from './spans-of-request.ts';
import type { Without } from './without-items.ts';

const RESOURCE_LOGS = 1;
const RESOURCE = 1;
const SCOPE_LOGS = 2;
const SCOPE = 1;
const LOG_RECORDS = 2;

/**
 * The model calls that an OTLP logs request reports, as spans: events of coding agents and of the GenAI conventions.
 * Other records are skipped.
 */
export function* spansOfLogs(bytes: Uint8Array): Generator<Span, void> {
  for (const { log } of recordsOf(bytes)) {
    const span = spanOfLog(log);
    if (span !== undefined) {
      yield span;
    }
  }
}

/**
 * Removes log records that report no model call from a request.
 *
 * @param keepsContent whether records with the prompts and answers of a span are kept
 */
export function withoutUnusedLogs(bytes: Uint8Array, keepsContent: boolean): Without {
  const isUsed = Array.from(
    recordsOf(bytes),
    ({ log, record }) =>
      spanOfLog(log) !== undefined ||
      (keepsContent && hasValidIds(record) && contentOf(record) !== undefined),
  );
  const removed = isUsed.filter((used) => !used).length;
  return removed === 0
    ? { bytes, removed }
    : { bytes: rewriteItems(bytes, (_record, i) => (isUsed[i] === true ? undefined : 'drop')), removed };
}

function* recordsOf(
  bytes: Uint8Array,
): Generator<{ readonly log: LogRecord; readonly record: OtlpLogRecord }, void> {
  for (const resourceLogs of fieldsOf(bytes, RESOURCE_LOGS)) {
    const resource = attributesOf(
      decode(ResourceSchema, joined(fieldsOf(resourceLogs, RESOURCE))).attributes,
    );
    for (const scopeLogs of fieldsOf(resourceLogs, SCOPE_LOGS)) {
      const { name, version } = decode(InstrumentationScopeSchema, joined(fieldsOf(scopeLogs, SCOPE)));
      const scope = version === '' ? { name } : { name, version };
      for (const bytesOfRecord of fieldsOf(scopeLogs, LOG_RECORDS)) {
        const record = decode(LogRecordSchema, bytesOfRecord);
        yield { log: logRecordOf(record, resource, scope), record };
      }
    }
  }
}

function logRecordOf(record: OtlpLogRecord, resource: Attributes, scope: Span['scope']): LogRecord {
  return {
    timeUnixNano: record.timeUnixNano,
    observedTimeUnixNano: record.observedTimeUnixNano,
    eventName: record.eventName,
    body: valueOf(record.body),
    attributes: attributesOf(record.attributes),
    resource,
    scope,
    traceId: hexOf(record.traceId),
    spanId: hexOf(record.spanId),
  };
}
