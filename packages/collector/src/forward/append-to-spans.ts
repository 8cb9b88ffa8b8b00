import { readField } from '../wire/fields.ts';

/** Field numbers on the way from a request to its spans: resource_spans, scope_spans, spans. */
const PATH = [1, 2, 2] as const;

/**
 * Adds bytes to the end of some spans of an OTLP trace request and touches nothing else.
 *
 * `additions` has one entry per span, in the order in which a decoder meets them; `undefined` leaves a span as it is. The
 * request must be well-formed. Every other byte, unknown fields and odd encodings too, stays what it was; only the lengths
 * around a changed span are written anew.
 */
export function appendToSpans(
  request: Uint8Array,
  additions: readonly (Uint8Array | undefined)[],
): Uint8Array {
  const next = { span: 0 };
  const parts = rewrite(request, 0, request.length, 0, additions, next);
  return parts === undefined ? request : Buffer.concat(parts);
}

/** The message's new bytes; undefined when nothing in it changes. */
function rewrite(
  bytes: Uint8Array,
  start: number,
  end: number,
  depth: number,
  additions: readonly (Uint8Array | undefined)[],
  next: { span: number },
): Uint8Array[] | undefined {
  if (depth === PATH.length) {
    const addition = additions[next.span];
    next.span += 1;
    return addition === undefined ? undefined : [bytes.subarray(start, end), addition];
  }
  const parts: Uint8Array[] = [];
  let copiedTo = start;
  let at = start;
  while (at < end) {
    const field = readField(bytes, at);
    at = field.end;
    if (field.number !== PATH[depth] || field.wireType !== 2) {
      continue;
    }
    const content = rewrite(bytes, field.contentStart, field.end, depth + 1, additions, next);
    if (content !== undefined) {
      const length = content.reduce((sum, part) => sum + part.length, 0);
      parts.push(bytes.subarray(copiedTo, field.start), header(field.number, length), ...content);
      copiedTo = field.end;
    }
  }
  if (parts.length === 0) {
    return undefined;
  }
  parts.push(bytes.subarray(copiedTo, end));
  return parts;
}

function header(fieldNumber: number, length: number): Uint8Array {
  const bytes = [(fieldNumber << 3) | 2];
  let rest = length;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
