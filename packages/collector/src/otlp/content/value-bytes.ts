import type { Field } from '../fields.ts';
import { textOf } from './name-table.ts';
import { MAX_IDENTIFIER, isJsonWithContent } from './reduce-value.ts';

/** Field numbers of `AnyValue`. */
const STRING = 1;
const BYTES = 7;

/** Whether a value (a field of `AnyValue`) may contain content. Fast for strings that are not JSON. */
export function mayHaveContent(bytes: Uint8Array, { number, contentStart, end }: Field): boolean {
  return number === STRING
    ? contentStart < end &&
        mayStartJson(bytes[contentStart]) &&
        isJsonWithContent(textOf(bytes.subarray(contentStart, end)))
    : number !== BYTES;
}

/** Whether a value is a string of printable ASCII without spaces that is not JSON. */
export function isIdentifier(bytes: Uint8Array, { number, contentStart, end }: Field): boolean {
  if (number !== STRING || end - contentStart > MAX_IDENTIFIER) {
    return false;
  }
  if (contentStart < end && mayStartJson(bytes[contentStart])) {
    return false;
  }
  for (let at = contentStart; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x21 || byte > 0x7e) {
      return false;
    }
  }
  return true;
}

/** Whether JSON may start with this byte: `[`, `{`, `(`, a quote, or white space. */
function mayStartJson(byte: number | undefined): boolean {
  return byte !== undefined && (byte <= 0x28 || byte === 0x5b || byte === 0x7b);
}
