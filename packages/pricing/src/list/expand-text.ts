const LENGTHS = 'ABCDEFGHIJKLMNOPQRSUVWXY';
const DISTANCES = "%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";
const BASE = DISTANCES.length;
/** Length that the first letter means. */
const SHORTEST = 4;
/** Maximum number of characters that are converted to a string at once. */
const CHUNK = 4_096;

/**
 * Expands text that `generate/compress.mjs` compressed to half its length. A letter of `LENGTHS` and two digits of
 * `DISTANCES` mean a copy of earlier text: its length, and how far back it begins. Every other character is literal.
 */
export function expandText(packed: string): string {
  const lengths = new Uint8Array(128);
  const digits = new Uint8Array(128);
  for (let at = 0; at < LENGTHS.length; at += 1) lengths[LENGTHS.charCodeAt(at)] = at + SHORTEST;
  for (let at = 0; at < BASE; at += 1) digits[DISTANCES.charCodeAt(at)] = at;
  const codes: number[] = [];
  for (let at = 0; at < packed.length; at += 1) {
    const code = packed.charCodeAt(at);
    const length = lengths[code] ?? 0;
    if (length === 0) {
      codes.push(code);
      continue;
    }
    const high = digits[packed.charCodeAt(at + 1)] ?? 0;
    const low = digits[packed.charCodeAt(at + 2)] ?? 0;
    at += 2;
    // A copy may overlap with its own output.
    for (let left = length, from = codes.length - high * BASE - low - 1; left > 0; left -= 1, from += 1) {
      codes.push(codes[from] ?? 0);
    }
  }
  let text = '';
  for (let at = 0; at < codes.length; at += CHUNK) {
    text += String.fromCharCode(...codes.slice(at, at + CHUNK));
  }
  return text;
}
