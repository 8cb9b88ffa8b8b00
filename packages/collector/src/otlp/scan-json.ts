/** What a JSON text would become, found without parsing it into anything. */
export type JsonScan = { readonly items: number; readonly elements: number } | { readonly malformed: string };

const MAX_DEPTH = 128;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Property names whose array elements are the items of a signal, in either of the two spellings a sender may use. */
const UNIT_LISTS: ReadonlySet<string> = new Set(['spans', 'logRecords', 'log_records', 'metrics']);
const LONGEST_NAME = 'log_records'.length;

/**
 * Counts the spans, records or metrics of an OTLP/JSON text and every value in it.
 *
 * Only brackets, commas and strings are looked at: whether the text is JSON is for the parser, which runs only when the
 * counts are affordable. A name written with escapes is not recognised, so `elements` is the bound to trust.
 */
export function scanJson(bytes: Uint8Array): JsonScan {
  const isUnitList = new Uint8Array(MAX_DEPTH + 1);
  let depth = 0;
  let items = 0;
  let elements = 1;
  let named = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    switch (byte) {
      case QUOTE: {
        const end = endOfString(bytes, i + 1);
        if (end < 0) {
          return { malformed: `a string without end at byte ${i}` };
        }
        const length = end - i - 1;
        named = length <= LONGEST_NAME && length >= 5 && UNIT_LISTS.has(asciiOf(bytes, i + 1, end));
        i = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (byte === 0x7b && isUnitList[depth] === 1) {
          items += 1;
        }
        depth += 1;
        elements += 1;
        if (depth > MAX_DEPTH) {
          return { malformed: 'nested too deeply' };
        }
        isUnitList[depth] = byte === 0x5b && named ? 1 : 0;
        named = false;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        named = false;
        if (depth < 0) {
          return { malformed: `a bracket too many at byte ${i}` };
        }
        break;
      case 0x2c: // ,
        elements += 1;
        named = false;
        break;
      default:
    }
  }
  return depth === 0 ? { items, elements } : { malformed: 'a text that ends too early' };
}

function endOfString(bytes: Uint8Array, from: number): number {
  let end = bytes.indexOf(QUOTE, from);
  while (end >= 0) {
    let slashes = 0;
    while (end - 1 - slashes >= from && bytes[end - 1 - slashes] === BACKSLASH) {
      slashes += 1;
    }
    if (slashes % 2 === 0) {
      return end;
    }
    end = bytes.indexOf(QUOTE, end + 1);
  }
  return -1;
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i += 1) {
    text += String.fromCharCode(bytes[i] ?? 0);
  }
  return text;
}
