const SLOTS = 4096;
/** Longer texts seldom repeat. */
const MAX_BYTES = 48;

/**
 * Short texts that occur again and again: names of attributes, models, services. Most of them are not decoded at all.
 *
 * A text is kept from its second occurrence on, so that ids, which are each other than the last, do not fill the table.
 */
export class RepeatedTexts {
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '');
  readonly #hashes = new Uint32Array(SLOTS);

  /** The text between two offsets. What is no UTF-8 is read as U+FFFD. */
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
    // Only where each byte is a character can a text be compared with bytes.
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
