const SLOTS = 4096;
/** Maximum length of cached strings. Longer ones rarely repeat. */
const MAX_BYTES = 48;

/**
 * A cache of short, frequent strings, such as names of attributes, models and services, most of which then need no
 * decoding.
 *
 * A string is cached at its second occurrence, so that ids, which are all different, do not fill the table.
 */
export class RepeatedTexts {
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '');
  readonly #hashes = new Uint32Array(SLOTS);

  /** The string between two offsets. Invalid UTF-8 becomes U+FFFD. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_BYTES || length === 0) {
      return length === 0 ? '' : bytes.toString('utf8', start, end);
    }
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) {
      hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    }
    hash >>>= 0;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const isSecond = this.#hashes[slot] === hash;
    if (isSecond) {
      const known = this.#texts[slot] ?? '';
      if (isSame(known, bytes, start, length)) {
        return known;
      }
    }
    const text = bytes.toString('utf8', start, end);
    this.#hashes[slot] = hash;
    // A string can be compared with bytes only if each byte is a character.
    this.#texts[slot] = isSecond && text.length === length ? text : '';
    return text;
  }
}

function isSame(known: string, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) {
    return false;
  }
  for (let at = 0; at < length; at += 1) {
    if (known.charCodeAt(at) !== bytes[start + at]) {
      return false;
    }
  }
  return true;
}
