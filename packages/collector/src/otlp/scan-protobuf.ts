import { runToEnd } from '@userspan/ledger';
import type { Steps } from '@userspan/ledger';

import { type FieldShape, type MessageShape, REQUEST_SHAPES } from './message-shape.ts';
import type { Signal } from './signal.ts';

/** The contents of a request, counted without decoding it. */
export interface RequestCount {
  /** Spans, log records or metrics. */
  readonly items: number;
  /** Spans whose trace or span id is missing, of the wrong length or all zeroes. */
  readonly invalidItems: number;
  /** Number of messages, unknown fields and list entries, each of which becomes an object when the request is decoded. */
  readonly elements: number;
}

export type Scan = RequestCount | { readonly malformed: string };

/** Maximum nesting depth. AnyValue has no limit, but real attributes are not deeper. */
const MAX_DEPTH = 64;

/** Tags of the fields between a request and its items (resources, scopes, items), the same for each signal. */
const LEVEL_FIELDS = [(1 << 3) | 2, (2 << 3) | 2, (2 << 3) | 2] as const;
/** Loops yield every 64 items. */
const STEP_MASK = 63;

class Malformed extends Error {}

/**
 * Reads the bytes of a protobuf request: counts its contents and checks that it can be decoded.
 *
 * Eight kilobytes of gzip can contain millions of empty spans, each of which a decoder turns into an object. The scan
 * creates no objects, so a request can be refused before it uses memory.
 */
export function scanProtobuf(signal: Signal, bytes: Uint8Array): Scan {
  return runToEnd(scanProtobufInSteps(signal, bytes));
}

/** {@link scanProtobuf} in steps: a request may have fifty thousand spans. */
export function* scanProtobufInSteps(signal: Signal, bytes: Uint8Array): Steps<Scan> {
  const scanner = new Scanner(bytes);
  try {
    yield* scanner.levels(REQUEST_SHAPES[signal], bytes.length, 0);
  } catch (error) {
    if (error instanceof Malformed) {
      return { malformed: `${error.message} at byte ${scanner.position}` };
    }
    throw error;
  }
  return { items: scanner.items, invalidItems: scanner.invalidItems, elements: scanner.elements };
}

class Scanner {
  position = 0;
  items = 0;
  invalidItems = 0;
  elements = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The levels above the items, in steps: request, resources, scopes. */
  *levels(shape: MessageShape, end: number, depth: number): Steps<void> {
    while (this.position < end) {
      const tag = this.#varint32(end);
      const below = shape.fields[tag >>> 3]?.message;
      const isLevel = below !== undefined && LEVEL_FIELDS[depth] === tag;
      if (!isLevel) {
        this.#field(shape, tag, end, depth);
        continue;
      }
      const length = this.#varint32(end);
      const fieldEnd = this.position + length;
      if (fieldEnd > end) {
        throw new Malformed('a field longer than its message');
      }
      this.elements += 1;
      if (depth < LEVEL_FIELDS.length - 1) {
        yield* this.levels(below, fieldEnd, depth + 1);
        continue;
      }
      this.message(below, fieldEnd, depth + 1);
      if ((this.items & STEP_MASK) === 0) {
        yield;
      }
    }
  }

  /** Reads the field of a tag; returns the result of {@link #known}, 0 for an unknown field. */
  #field(shape: MessageShape, tag: number, end: number, depth: number): number {
    const number = tag >>> 3;
    if (number === 0) {
      throw new Malformed('field number 0');
    }
    const field = number < shape.fields.length ? shape.fields[number] : undefined;
    if (field === undefined) {
      this.elements += 1;
      this.#skip(tag, end, depth);
      return 0;
    }
    return this.#known(field, tag & 7, end, depth);
  }

  message(shape: MessageShape, end: number, depth: number): void {
    if (depth > MAX_DEPTH) {
      throw new Malformed('nested too deeply');
    }
    let goodIds = 0;
    while (this.position < end) {
      const tag = this.#varint32(end);
      const length = this.#field(shape, tag, end, depth);
      const number = tag >>> 3;
      if (number < shape.ids.length && shape.ids[number] !== undefined) {
        // If a field is repeated, a decoder uses the last one.
        const isGood = shape.ids[number] === length && !this.#isZero(length);
        goodIds = isGood ? goodIds | (1 << number) : goodIds & ~(1 << number);
      }
    }
    if (shape.isItem) {
      this.items += 1;
      if (shape.ids.length > 0 && goodIds !== 0b110) {
        this.invalidItems += 1;
      }
    }
  }

  /** The length of a length-delimited field, 0 for others. */
  #known(field: FieldShape, wireType: number, end: number, depth: number): number {
    if (wireType !== field.wireType && !(wireType === 2 && field.packable)) {
      throw new Malformed(`wire type ${wireType} where ${field.wireType} belongs`);
    }
    if (wireType !== 2) {
      this.#scalar(wireType, end);
      return 0;
    }
    const length = this.#varint32(end);
    const fieldEnd = this.position + length;
    if (fieldEnd > end) {
      throw new Malformed('a field longer than its message');
    }
    this.elements += 1;
    if (field.message !== undefined) {
      this.message(field.message, fieldEnd, depth + 1);
      return length;
    }
    if (field.packable) {
      while (this.position < fieldEnd) {
        this.#scalar(field.wireType, fieldEnd);
      }
      return length;
    }
    this.position = fieldEnd;
    return length;
  }

  #scalar(wireType: number, end: number): void {
    if (wireType === 0) {
      this.#varint64(end);
      return;
    }
    this.position += wireType === 1 ? 8 : 4;
    if (this.position > end) {
      throw new Malformed('a number cut short');
    }
  }

  #skip(tag: number, end: number, depth: number): void {
    const wireType = tag & 7;
    if (wireType === 2) {
      const length = this.#varint32(end);
      this.position += length;
      if (this.position > end) {
        throw new Malformed('a field longer than its message');
      }
      return;
    }
    if (wireType === 3) {
      this.#skipGroup(tag >>> 3, end, depth + 1);
      return;
    }
    if (wireType > 5 || wireType === 4) {
      throw new Malformed(`wire type ${wireType}`);
    }
    this.#scalar(wireType, end);
  }

  #skipGroup(number: number, end: number, depth: number): void {
    if (depth > MAX_DEPTH) {
      throw new Malformed('nested too deeply');
    }
    for (;;) {
      const tag = this.#varint32(end);
      if ((tag & 7) === 4) {
        if (tag >>> 3 !== number) {
          throw new Malformed('a group that ends as another');
        }
        return;
      }
      if (tag >>> 3 === 0) {
        throw new Malformed('field number 0');
      }
      this.#skip(tag, end, depth);
    }
  }

  #isZero(length: number): boolean {
    for (let i = this.position - length; i < this.position; i += 1) {
      if (this.#bytes[i] !== 0) {
        return false;
      }
    }
    return true;
  }

  #varint32(end: number): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte(end);
      if (shift === 28 && byte > 0x0f) {
        throw new Malformed('a length or tag over 32 bits');
      }
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value >>> 0;
      }
    }
    throw new Malformed('a varint without end');
  }

  #varint64(end: number): void {
    for (let length = 0; length < 10; length += 1) {
      if (this.#byte(end) < 0x80) {
        return;
      }
    }
    throw new Malformed('a varint without end');
  }

  #byte(end: number): number {
    if (this.position >= end) {
      throw new Malformed('a message cut short');
    }
    const byte = this.#bytes[this.position] ?? 0;
    this.position += 1;
    return byte;
  }
}
