import type { AttributeValue, Attributes, Span } from '../span.ts';
import { own, readAmount, readText } from '../reading/read-attribute.ts';

/** A log record of OTLP. Ids are lower-case hex, times are nanoseconds since the Unix epoch. */
export interface LogRecord {
  /** 0 if the sender set none. */
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano?: bigint;
  /** The `eventName` field. Many senders use the attribute `event.name` or the body instead. */
  readonly eventName?: string;
  readonly body?: AttributeValue;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scope: Span['scope'];
  /** Absent or empty if the record does not belong to a span. */
  readonly traceId?: string;
  readonly spanId?: string;
}

/** A request that an event reports, with attribute names of the GenAI conventions. */
export interface InferenceEvent {
  /** Attributes of the call, without content. */
  readonly attributes: Attributes;
  /** Identifies the request among all of the sender's: a request or response id; absent if there is none. */
  readonly requestKey?: string;
  /** Present when the request failed. */
  readonly error?: string;
}

/** A sender whose events report requests. */
export interface LogDialect {
  readonly name: string;
  /** Reads an event; `undefined` if it is not a finished request. */
  readonly readEvent: (log: LogRecord, eventName: string) => InferenceEvent | undefined;
}

/**
 * The names that an event may have, best first: the field, the attribute `event.name`, and the body. Rust's `tracing`
 * puts a source location into the field (`event otel/src/events.rs:1187`), so the first one is not always the name.
 */
export function eventNamesOf({ eventName, attributes, body }: LogRecord): readonly string[] {
  const named = readText(attributes, 'event.name');
  const text = typeof body === 'string' && body.length <= MAX_EVENT_NAME_LENGTH ? body : undefined;
  const isPrefixed = named !== undefined && text?.endsWith(`.${named}`) === true;
  const names = [eventName, ...(isPrefixed ? [text] : [named, named === undefined ? text : undefined])];
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];
}

const MAX_EVENT_NAME_LENGTH = 128;

/** Attributes of the user and the conversation, the only attributes of an event that its call keeps unchanged. */
const KEPT =
  /^(?:user\.|enduser\.|session\.id$|organization\.|account\.|app\.version$|terminal\.type$|userspan\.)/;

/** The attributes of an event that its call keeps. */
export function keptAttributes(attributes: Attributes): Record<string, AttributeValue> {
  const kept: Record<string, AttributeValue> = {};
  for (const key of Object.keys(attributes)) {
    const value = own(attributes, key) as AttributeValue | undefined;
    if (value !== undefined && KEPT.test(key)) kept[key] = value;
  }
  return kept;
}

/** Creates attributes from the values that are not `undefined`. */
export function known(
  attributes: Readonly<Record<string, AttributeValue | undefined>>,
): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
  );
}

const MAX_DURATION_MS = 86_400_000;

/** Duration of the request in nanoseconds; 0 if the event does not have it. */
export function durationOf(attributes: Attributes): bigint {
  const ms = readAmount(attributes, 'duration_ms') ?? 0;
  return ms > MAX_DURATION_MS ? 0n : BigInt(Math.round(ms * 1e6));
}
