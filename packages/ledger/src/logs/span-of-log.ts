import { sha256 } from '@userspan/core/internal';
import { readText } from '../reading/read-attribute.ts';
import type { Span } from '../span.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { geminiCli } from './gemini-cli.ts';
import { inferenceEvent } from './inference-event.ts';
import { durationOf, eventNamesOf } from './log-record.ts';
import type { InferenceEvent, LogDialect, LogRecord } from './log-record.ts';

/**
 * Every sender whose events report requests. To add one, write `logs/<name>.ts`, add a recorded event to the test, and
 * add it to this list.
 */
const LOG_DIALECTS: readonly LogDialect[] = [claudeCode, codex, geminiCli, inferenceEvent];

/**
 * Converts a log record of a finished request to a span, which is then processed like any other. `undefined` for other
 * records.
 *
 * Repeated delivery of a record gives the same span. Its parent is the span that the record belongs to; without one it
 * has its own trace. Its scope differs from those of real spans, so that a record and a span of one request are
 * recognized as one (by request id, response id or position) and count once. Content is left out.
 */
export function spanOfLog(log: LogRecord): Span | undefined {
  for (const eventName of eventNamesOf(log)) {
    for (const dialect of LOG_DIALECTS) {
      const event = dialect.readEvent(log, eventName);
      if (event !== undefined) return spanOfEvent(log, eventName, dialect, event);
    }
  }
  return undefined;
}

function spanOfEvent(
  log: LogRecord,
  eventName: string,
  dialect: LogDialect,
  { attributes, requestKey, error }: InferenceEvent,
): Span {
  const end = log.timeUnixNano > 0n ? log.timeUnixNano : (log.observedTimeUnixNano ?? 0n);
  const duration = durationOf(log.attributes);
  const ids = idsOf(log, eventName, requestKey, end);
  const model = readText(attributes, 'gen_ai.request.model') ?? readText(attributes, 'gen_ai.response.model');
  return {
    ...ids,
    name: `chat ${model ?? ''}`.trim(),
    kind: 3,
    startTimeUnixNano: end > duration ? end - duration : end,
    endTimeUnixNano: end,
    status: { code: error === undefined ? 0 : 2 },
    attributes: error === undefined ? attributes : { ...attributes, 'error.type': error },
    events: [],
    resource: log.resource,
    scope: { name: `${log.scope.name === '' ? dialect.name : log.scope.name} (log)` },
  };
}

const NO_ID = /^0*$/;
const SEPARATOR = '\0';

function idsOf(
  log: LogRecord,
  eventName: string,
  requestKey: string | undefined,
  end: bigint,
): Pick<Span, 'traceId' | 'spanId' | 'parentSpanId'> {
  const { attributes, resource, traceId = '', spanId = '' } = log;
  const hasTrace = !NO_ID.test(traceId);
  const parts = [
    traceId,
    spanId,
    eventName,
    readText(resource, 'service.name') ?? '',
    readText(attributes, 'session.id') ?? readText(attributes, 'conversation.id') ?? '',
    requestKey ?? '',
    requestKey === undefined ? String(end) : '',
    // Two events with the same time and the same attributes are one event that was sent twice.
    requestKey === undefined ? JSON.stringify(attributes, (_, value: unknown) => plain(value)) : '',
  ];
  const digest = sha256(new TextEncoder().encode(parts.join(SEPARATOR)));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    traceId: hasTrace ? traceId : hex.slice(0, 32),
    spanId: hex.slice(32, 48),
    ...(hasTrace && !NO_ID.test(spanId) ? { parentSpanId: spanId } : {}),
  };
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
