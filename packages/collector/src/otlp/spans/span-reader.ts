import type { Attributes, AttributeValue, Span, SpanEvent } from '@userspan/ledger';
import { addAttribute, valueOf } from '../attributes-of.ts';
import { decode } from '../decode.ts';
import { AnyValueSchema, KeyValueSchema } from '../generated/opentelemetry/proto/common/v1/common_pb.ts';
import { RepeatedTexts } from './repeated-texts.ts';
import { WireReader } from './wire-reader.ts';

/** Field numbers of `Span`, `Span.Event`, `Status`, `KeyValue`, `AnyValue` and `ArrayValue`. */
const SPAN = {
  traceId: 1,
  spanId: 2,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  start: 7,
  end: 8,
  attribute: 9,
  event: 11,
  status: 15,
} as const;
const EVENT = { time: 1, name: 2, attribute: 3 } as const;
const STATUS = { message: 2, code: 3 } as const;
const PAIR = { key: 1, value: 2 } as const;
const VALUE = { text: 1, bool: 2, int: 3, double: 4, list: 5, map: 6, bytes: 7 } as const;
const LIST = { value: 1 } as const;

const names = new RepeatedTexts();
const texts = new RepeatedTexts();
const NO_EVENTS: readonly SpanEvent[] = [];

/**
 * Reads spans from the bytes of an OTLP request that `scanProtobuf` accepted, directly into the ledger's types.
 *
 * This is the hottest loop of the collector. The generated decoder would create a message for each span, attribute and
 * value, and a string for each name. It is only used for rare cases (maps, repeated fields).
 */
export class SpanReader extends WireReader {
  /** The last trace id, because spans of a trace are mostly adjacent. */
  #traceId = '';
  #traceIdAt = -1;
  /** The status of the current span. */
  #code = 0;
  #message = '';

  /** The span between two offsets; `undefined` if its ids are invalid. */
  span(start: number, end: number, resource: Attributes, scope: Span['scope']): Span | undefined {
    let traceIdAt = -1;
    let spanIdAt = -1;
    let parentAt = -1;
    let name = '';
    let kind = 0;
    let startTimeUnixNano = 0n;
    let endTimeUnixNano = 0n;
    this.#code = 0;
    this.#message = '';
    const attributes: Record<string, AttributeValue> = {};
    let events: SpanEvent[] | undefined;
    this.at = start;
    while (this.at < end) {
      const tagAt = this.at;
      const tag = this.varint();
      switch (tag) {
        case (SPAN.traceId << 3) | 2:
          traceIdAt = this.#id(16);
          break;
        case (SPAN.spanId << 3) | 2:
          spanIdAt = this.#id(8);
          break;
        case (SPAN.parentSpanId << 3) | 2:
          parentAt = this.#id(8);
          break;
        case (SPAN.name << 3) | 2:
          name = this.text(names);
          break;
        case SPAN.kind << 3:
          kind = this.varint() | 0;
          break;
        case (SPAN.start << 3) | 1:
          startTimeUnixNano = this.fixed64();
          break;
        case (SPAN.end << 3) | 1:
          endTimeUnixNano = this.fixed64();
          break;
        case (SPAN.attribute << 3) | 2:
          this.#attribute(attributes);
          break;
        case (SPAN.event << 3) | 2:
          events ??= [];
          events.push(this.#event());
          break;
        case (SPAN.status << 3) | 2:
          this.#readStatus();
          break;
        default:
          this.skip(tagAt);
      }
    }
    if (traceIdAt < 0 || spanIdAt < 0) {
      return undefined;
    }
    const code = statusCodeOf(this.#code);
    const status = this.#message === '' ? { code } : { code, message: this.#message };
    const traceId = this.#traceIdOf(traceIdAt);
    const spanId = this.bytes.toString('hex', spanIdAt, spanIdAt + 8);
    if (this.at !== end) {
      throw new RangeError('A span is longer than its field: the request is damaged.');
    }
    const span: Mutable<Span> = {
      traceId,
      spanId,
      name,
      kind,
      startTimeUnixNano,
      endTimeUnixNano,
      status,
      attributes,
      events: events ?? NO_EVENTS,
      resource,
      scope,
    };
    if (parentAt >= 0) {
      span.parentSpanId = this.bytes.toString('hex', parentAt, parentAt + 8);
    }
    return span;
  }

  /** Reads a status. A repeated one is merged: the last value of each field is used. */
  #readStatus(): void {
    const end = this.length();
    while (this.at < end) {
      const tagAt = this.at;
      const tag = this.varint();
      if (tag === ((STATUS.message << 3) | 2)) {
        this.#message = this.text(texts);
      } else if (tag === STATUS.code << 3) {
        this.#code = this.varint() | 0;
      } else {
        this.skip(tagAt);
      }
    }
  }

  #event(): SpanEvent {
    const end = this.length();
    let name = '';
    let timeUnixNano = 0n;
    const attributes: Record<string, AttributeValue> = {};
    while (this.at < end) {
      const tagAt = this.at;
      const tag = this.varint();
      if (tag === ((EVENT.time << 3) | 1)) {
        timeUnixNano = this.fixed64();
      } else if (tag === ((EVENT.name << 3) | 2)) {
        name = this.text(names);
      } else if (tag === ((EVENT.attribute << 3) | 2)) {
        this.#attribute(attributes);
      } else {
        this.skip(tagAt);
      }
    }
    return { name, timeUnixNano, attributes };
  }

  #attribute(attributes: Record<string, AttributeValue>): void {
    const end = this.length();
    const start = this.at;
    let key = '';
    let value: AttributeValue | undefined;
    while (this.at < end) {
      const tagAt = this.at;
      const tag = this.varint();
      if (tag === ((PAIR.key << 3) | 2)) {
        key = this.text(names);
      } else if (tag !== ((PAIR.value << 3) | 2)) {
        this.skip(tagAt);
      } else if (value === undefined) {
        value = this.#value();
      } else {
        // A repeated value is merged.
        const pair = decode(KeyValueSchema, this.bytes.subarray(start, end));
        key = pair.key;
        value = valueOf(pair.value);
        this.at = end;
      }
    }
    addAttribute(attributes, key, value ?? null);
  }

  #value(): AttributeValue {
    const end = this.length();
    const start = this.at;
    const value = start === end ? null : this.#single();
    if (this.at === end) {
      return value;
    }
    // Of several fields the last one is used, and two lists or maps are merged.
    this.at = end;
    return valueOf(decode(AnyValueSchema, this.bytes.subarray(start, end)));
  }

  /** The value of one field of `AnyValue`. */
  #single(): AttributeValue {
    const tagAt = this.at;
    switch (this.varint()) {
      case (VALUE.text << 3) | 2:
        return this.text(texts);
      case VALUE.bool << 3:
        return this.int64() !== 0;
      case VALUE.int << 3:
        return this.int64();
      case (VALUE.double << 3) | 1:
        return this.double();
      case (VALUE.list << 3) | 2:
        return this.#list();
      case (VALUE.map << 3) | 2:
        return this.#map();
      case (VALUE.bytes << 3) | 2: {
        const end = this.length();
        // A copy, because a view would keep the whole request in memory.
        const value = Uint8Array.from(this.bytes.subarray(this.at, end));
        this.at = end;
        return value;
      }
      default:
        this.skip(tagAt);
        return null;
    }
  }

  #list(): readonly AttributeValue[] {
    const end = this.length();
    const values: AttributeValue[] = [];
    while (this.at < end) {
      const tagAt = this.at;
      if (this.varint() === ((LIST.value << 3) | 2)) {
        values.push(this.#value());
      } else {
        this.skip(tagAt);
      }
    }
    return values;
  }

  #map(): Attributes {
    const end = this.length();
    const members: Record<string, AttributeValue> = {};
    while (this.at < end) {
      const tagAt = this.at;
      if (this.varint() === ((LIST.value << 3) | 2)) {
        this.#attribute(members);
      } else {
        this.skip(tagAt);
      }
    }
    return members;
  }

  /** Start of the id with that length; -1 if it has another length or is all zeroes. */
  #id(length: number): number {
    const end = this.length();
    const start = this.at;
    this.at = end;
    if (end - start !== length) {
      return -1;
    }
    for (let at = start; at < end; at += 1) {
      if (this.bytes[at] !== 0) {
        return start;
      }
    }
    return -1;
  }

  #traceIdOf(start: number): string {
    if (this.#traceIdAt < 0 || !this.#isTraceId(start)) {
      this.#traceIdAt = start;
      this.#traceId = this.bytes.toString('hex', start, start + 16);
    }
    return this.#traceId;
  }

  /** Whether the id equals the last trace id. */
  #isTraceId(start: number): boolean {
    for (let at = 15; at >= 0; at -= 1) {
      if (this.bytes[start + at] !== this.bytes[this.#traceIdAt + at]) {
        return false;
      }
    }
    return true;
  }
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

function statusCodeOf(code: number): 0 | 1 | 2 {
  return code === 1 || code === 2 ? code : 0;
}
