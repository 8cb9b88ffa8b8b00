import type { Field } from '../fields.ts';
import { textOf } from './name-table.ts';
import { MAX_IDENTIFIER, mayHoldContent } from './reduce-value.ts';

/** Field numbers of `AnyValue`. */
const STRING = 1;
const BYTES = 7;

/** Whether a value, a field of `AnyValue`, may have content inside; quick for texts that are no JSON. */
export function mayHold(pair: Uint8Array, { number, contentStart, end }: Field): boolean {
  return number === STRING
    ? contentStart < end &&
        mayStartJson(pair[contentStart]) &&
        mayHoldContent(textOf(pair.subarray(contentStart, end)))
    : number !== BYTES;
}

/** Whether a value is a text of printable ASCII without blanks that is no JSON. */
export function isIdentifier(pair: Uint8Array, { number, contentStart, end }: Field): boolean {
  if (number !== STRING || end - contentStart > MAX_IDENTIFIER) {
    return false;
  }
  if (contentStart < end && mayStartJson(pair[contentStart])) {
    return false;
  }
  for (let at = contentStart; at < end; at += 1) {
    const byte = pair[at] ?? 0;
    if (byte < 0x21 || byte > 0x7e) {
      return false;
    }
  }
  return true;
}

/** `[`, `{`, `(`, a quote, or white space before one. */
function mayStartJson(byte: number | undefined): boolean {
  return byte !== undefined && (byte <= 0x28 || byte === 0x5b || byte === 0x7b);
}
