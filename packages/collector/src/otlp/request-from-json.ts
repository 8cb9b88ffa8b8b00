import { fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import { REQUEST_SCHEMAS, type Signal } from './signal.ts';

/** OTLP/JSON writes these as hex, where proto3 JSON has base64: the one place where the two differ. */
const HEX_FIELDS: ReadonlySet<string> = new Set([
  'traceId',
  'spanId',
  'parentSpanId',
  'trace_id',
  'span_id',
  'parent_span_id',
]);
const HEX = /^(?:[0-9a-f]{2})*$/i;

/**
 * Reads an OTLP/JSON request and writes it as protobuf, which is the only form behind intake.
 *
 * Unknown properties are dropped, as OTLP asks of a receiver. An id that is not hex becomes empty, which costs its span
 * and not the request.
 */
export function requestFromJson(
  signal: Signal,
  bytes: Uint8Array,
): { readonly bytes: Uint8Array } | { readonly malformed: string } {
  let json: JsonValue;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue;
  } catch (error) {
    return { malformed: errorReason(error) };
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    return { malformed: 'not a JSON object' };
  }
  const schema = REQUEST_SCHEMAS[signal];
  try {
    return { bytes: toBinary(schema, fromJson(schema, toProto3Json(json), { ignoreUnknownFields: true })) };
  } catch (error) {
    return { malformed: errorReason(error) };
  }
}

function errorReason(error: unknown): string {
  return (error instanceof Error ? error.message : 'not decodable').slice(0, 300);
}

/** Rewrites what differs from proto3 JSON: ids, and lone surrogates, which JSON can hold and UTF-8 cannot. */
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
