import { readField, varintOf } from './fields.ts';

/** The change of a span or log record: bytes to append, `drop`, or nothing. */
export type UnitChange = Uint8Array | 'drop' | undefined;

/** Field numbers from a request to its spans; the same for log records. */
const PATH = [1, 2, 2] as const;

/**
 * Appends bytes to, or removes, some spans or log records of an OTLP request.
 *
 * `change` is called for each, in decoding order. All other bytes, including unknown fields and unusual encodings, are
 * not changed, except the lengths around a change. A scope or resource without remaining items is removed, too, because
 * it may name a user. The request must be well-formed.
 */
export function rewriteItems(
  request: Uint8Array,
  change: (unit: Uint8Array, index: number) => UnitChange,
): Uint8Array {
  let index = 0;
  const parts = rewrite(request, 0, (unit) => {
    const changed = change(unit, index);
    index += 1;
    return changed;
  });
  return parts === undefined || parts === 'drop' ? request : Buffer.concat(parts);
}

/** The message's new bytes; undefined if nothing changes, `drop` if nothing is left. */
function rewrite(
  message: Uint8Array,
  depth: number,
  change: (unit: Uint8Array) => UnitChange,
): Uint8Array[] | 'drop' | undefined {
  let kept = 0;
  const parts: Uint8Array[] = [];
  let copiedTo = 0;
  for (let at = 0; at < message.length;) {
    const field = readField(message, at);
    at = field.end;
    if (field.number !== PATH[depth] || field.wireType !== 2) {
      continue;
    }
    const content = message.subarray(field.contentStart, field.end);
    const changed =
      depth === PATH.length - 1 ? changeUnit(content, change) : rewrite(content, depth + 1, change);
    if (changed !== 'drop') kept += 1;
    if (changed !== undefined) {
      parts.push(message.subarray(copiedTo, field.start));
      if (changed !== 'drop') {
        const length = changed.reduce((sum, part) => sum + part.length, 0);
        parts.push(varintOf((field.number << 3) | 2), varintOf(length), ...changed);
      }
      copiedTo = field.end;
    }
  }
  if (parts.length === 0) {
    return undefined;
  }
  // A request without remaining resources keeps its unknown fields.
  if (kept === 0 && depth > 0) return 'drop';
  parts.push(message.subarray(copiedTo));
  return parts;
}

function changeUnit(
  unit: Uint8Array,
  change: (unit: Uint8Array) => UnitChange,
): Uint8Array[] | 'drop' | undefined {
  const changed = change(unit);
  return changed === undefined || changed === 'drop' ? changed : [unit, changed];
}
