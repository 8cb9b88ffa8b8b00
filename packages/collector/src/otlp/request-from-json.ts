import { type DescMessage, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import { TimeSlice } from '../runtime/time-slice.ts';
import { varintOf } from './fields.ts';
import { LEVELS, type RequestLevel } from './request-levels.ts';
import type { JsonList, JsonPart } from './scan-json.ts';
import { REQUEST_SCHEMAS, type Signal } from './signal.ts';

/** Fields that are hex in OTLP/JSON and base64 in proto3 JSON, the only difference between the two. */
const HEX_FIELDS: ReadonlySet<string> = new Set([
  'traceId',
  'spanId',
  'parentSpanId',
  'trace_id',
  'span_id',
  'parent_span_id',
]);
const HEX = /^(?:[0-9a-f]{2})*$/i;

class Malformed extends Error {}

/**
 * Converts an OTLP/JSON request to protobuf, the only format after intake.
 *
 * Every span that {@link scanJson} found is parsed separately, so a large request needs only the memory of its bytes
 * and its largest span, and other work can run in between. Unknown properties are dropped, as OTLP requires. An id that
 * is not hex becomes empty, so that only its span is rejected and not the request.
 */
export async function requestFromJson(
  signal: Signal,
  bytes: Uint8Array,
  request: JsonPart,
): Promise<{ readonly bytes: Uint8Array } | { readonly malformed: string }> {
  const converter = new Converter(signal, bytes);
  try {
    return { bytes: await converter.convert(request, 0) };
  } catch (error) {
    return { malformed: (error instanceof Error ? error.message : 'not decodable').slice(0, 300) };
  }
}

class Converter {
  readonly #bytes: Uint8Array;
  readonly #levels: readonly RequestLevel[];
  readonly #schema: DescMessage;
  readonly #slice = new TimeSlice();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(signal: Signal, bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#levels = LEVELS.filter((level) => level.signal === signal);
    this.#schema = REQUEST_SCHEMAS[signal];
  }

  /** A part with everything below it. */
  async convert(part: JsonPart, level: number): Promise<Uint8Array> {
    const own = this.#convertOwn(part, this.#levels[level - 1]?.schema ?? this.#schema);
    if (this.#slice.isOver()) {
      await this.#slice.pass();
    }
    const below = this.#levels[level];
    if (below === undefined || part.lists.length === 0) {
      return own;
    }
    const chunks: Uint8Array[] = [own];
    for (const list of part.lists) {
      this.#checkList(list);
      for (const child of list.parts) {
        const message = await this.convert(child, level + 1);
        chunks.push(varintOf((below.fieldNumber << 3) | 2), varintOf(message.length), message);
      }
    }
    return Buffer.concat(chunks);
  }

  /** Converts a part without its lists of parts. */
  #convertOwn({ start, end, lists }: JsonPart, schema: DescMessage): Uint8Array {
    let text = '';
    let from = start;
    for (const list of lists) {
      text += this.#decoder.decode(this.#bytes.subarray(from, list.start));
      from = list.end;
    }
    text += this.#decoder.decode(this.#bytes.subarray(from, end));
    const json = JSON.parse(text) as JsonValue;
    if (json === null || typeof json !== 'object' || Array.isArray(json)) {
      throw new Malformed('not a JSON object');
    }
    return toBinary(schema, fromJson(schema, toProto3Json(json), { ignoreUnknownFields: true }));
  }

  /** Checks that only commas separate the parts of a list. */
  #checkList({ start, end, parts }: JsonList): void {
    let from = start;
    for (const [i, part] of parts.entries()) {
      this.#checkGap(from, part.start, i > 0);
      from = part.end;
    }
    this.#checkGap(from, end, false);
  }

  #checkGap(from: number, to: number, hasComma: boolean): void {
    const text = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, to - from)
      .toString('latin1')
      .trim();
    if (text !== (hasComma ? ',' : '')) {
      throw new Malformed(`a list with something else than objects at byte ${from}`);
    }
  }
}

/** Converts to proto3 JSON: ids, and lone surrogates, which JSON can represent and UTF-8 cannot. */
function toProto3Json(value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    return value.isWellFormed() ? value : value.toWellFormed();
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) {
      value[i] = toProto3Json(element);
    }
    return value;
  }
  for (const name of Object.keys(value)) {
    const child = value[name];
    if (child !== undefined) {
      value[name] =
        HEX_FIELDS.has(name) && typeof child === 'string' ? base64OfHex(child) : toProto3Json(child);
    }
  }
  return value;
}

function base64OfHex(id: string): string {
  return HEX.test(id) ? Buffer.from(id, 'hex').toString('base64') : '';
}
