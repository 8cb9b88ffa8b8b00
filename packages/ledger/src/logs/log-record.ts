import type { AttributeValue, Attributes, Span } from '../span.ts';
import { own, readAmount, readText } from '../reading/read-attribute.ts';

/** A record of OTLP logs. Ids are lower-case hex, times nanoseconds since the Unix epoch. */
export interface LogRecord {
  /** 0 where the sender gave none. */
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano?: bigint;
  /** The field of that name; many senders use the attribute `event.name` or the body instead. */
  readonly eventName?: string;
  readonly body?: AttributeValue;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scope: Span['scope'];
  /** Absent or empty where the record belongs to no span. */
  readonly traceId?: string;
  readonly spanId?: string;
}

/** What an event says of a request, in the names of the GenAI conventions. */
export interface InferenceEvent {
  /** Attributes of the call, without content. */
  readonly attributes: Attributes;
  /** Tells the request from all others of the sender: a request or response id; absent where it has none. */
  readonly requestKey?: string;
  /** Present when the request failed. */
  readonly error?: string;
}

/** A sender of events that are requests. */
export interface LogDialect {
  readonly name: string;
  /** Reads an event; `undefined` for any that is no finished request. */
  readonly readEvent: (log: LogRecord, eventName: string) => InferenceEvent | undefined;
}

/** The name of an event, wherever the sender puts it. */
export function eventNameOf({ eventName, attributes, body }: LogRecord): string | undefined {
  if (eventName !== undefined && eventName !== '') return eventName;
  const named = readText(attributes, 'event.name');
  if (typeof body === 'string' && named !== undefined && body.endsWith(`.${named}`)) return body;
  return named ?? (typeof body === 'string' && body.length <= 128 ? body : undefined);
}

/** Attributes of the user and the conversation: the only ones of an event that its call keeps as they are. */
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

/** Puts what is known into attributes; `undefined` is left out. */
export function known(
  attributes: Readonly<Record<string, AttributeValue | undefined>>,
): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
  );
}

const MAX_DURATION_MS = 86_400_000;

/** How long the request took, in nanoseconds; 0 where the event does not say. */
export function durationOf(attributes: Attributes): bigint {
  const ms = readAmount(attributes, 'duration_ms') ?? 0;
  return ms > MAX_DURATION_MS ? 0n : BigInt(Math.round(ms * 1e6));
}
