import { readField, varintOf } from './fields.ts';

/** What is done with a span or log record: bytes to append, `drop`, or nothing. */
export type UnitChange = Uint8Array | 'drop' | undefined;

/** Field numbers on the way from a request to its spans, and just so to its log records. */
const PATH = [1, 2, 2] as const;

/**
 * Adds to, or takes out, some spans or log records of an OTLP request and touches nothing else.
 *
 * `change` is asked for each, in the order in which a decoder meets them. Every other byte, unknown fields and odd
 * encodings too, stays what it was; only the lengths around a change are rewritten. A scope or resource of which everything
 * was taken out goes as well: it may name a user itself. The request must be well-formed.
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

/** The message's new bytes; undefined when nothing in it changes, `drop` when nothing in it is left. */
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
  // A request whose resources are all gone keeps its unknown fields.
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
