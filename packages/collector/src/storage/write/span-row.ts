import type { Attributes, SpanReading } from '@userspan/ledger';

import { boundedName, boundedNs } from './call-row.ts';
import { divideAttributes } from './stored-attributes.ts';
import type { ReceivedSpan } from './span-batch.ts';
import { plainJson } from './plain-json.ts';
import type { Cell } from './columns/column.ts';

/** `service.name` of a resource; empty without one. */
export function serviceOf(resource: Readonly<Record<string, unknown>>): string {
  const name = Object.hasOwn(resource, 'service.name') ? resource['service.name'] : undefined;
  return typeof name === 'string' ? boundedName(name) : '';
}

/** A value of an OTLP enumeration; 0 (unspecified) for an invalid one. */
function known(value: number, last: number): number {
  return Number.isInteger(value) && value >= 0 && value <= last ? value : 0;
}

/** A span id as a number; 0 for no span. */
function spanNumber(spanId: string | undefined): bigint | number {
  return spanId === undefined ? 0 : BigInt(`0x${spanId}`);
}

/** Cells of a span, in the order of the table's columns. */
export function spanCells(received: ReceivedSpan, reading: SpanReading, collector: string): Cell[] {
  const { span, project, receivedAtMs } = received;
  const start = boundedNs(span.startTimeUnixNano);
  const end = boundedNs(span.endTimeUnixNano);
  const userId = (reading.user.user ?? reading.user.resourceUser)?.id ?? '';
  const threadId = reading.traceSpan.threadId ?? '';
  const stored = divideAttributes(span.attributes, { user_id: userId, thread_id: threadId });
  return [
    project,
    span.traceId.padStart(32, '0'),
    spanNumber(span.spanId),
    spanNumber(span.parentSpanId),
    boundedName(span.name),
    known(span.kind, 5),
    start,
    end > start ? end - start : 0n,
    known(span.status.code, 2),
    boundedName(span.status.message),
    serviceOf(span.resource),
    boundedName(span.scope.name),
    boundedName(span.scope.version),
    userId,
    reading.user.claimed ? 1 : 0,
    threadId,
    reading.call === undefined ? 0 : 1,
    stored.attributes,
    span.events.length === 0 ? '' : eventsJson(received),
    resourceJson(span.resource),
    Math.floor(receivedAtMs / 1000),
    collector,
    stored.user_attributes,
    stored.attribute_numbers,
    stored.attribute_ids,
  ];
}

/** Cache by resource, which all spans of an OTLP request share. */
const resources = new WeakMap<object, string>();

function resourceJson(resource: Attributes): string {
  const known = resources.get(resource);
  if (known !== undefined) return known;
  const json = plainJson(resource);
  resources.set(resource, json);
  return json;
}

const MAX_EVENTS = 256;

function eventsJson({ span }: ReceivedSpan): string {
  const events = span.events.slice(0, MAX_EVENTS).map((event) => {
    const name = JSON.stringify(boundedName(event.name));
    return `{"name":${name},"timeUnixNano":"${event.timeUnixNano}","attributes":${plainJson(event.attributes)}}`;
  });
  return `[${events.join(',')}]`;
}
