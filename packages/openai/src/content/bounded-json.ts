const MAX_DEPTH = 32;
const CUT = '…';

/**
 * JSON of a value in at most `maxBytes` bytes of UTF-8, always valid: texts that do not fit are shortened, and what
 * comes after is left out.
 *
 * Never throws. Cycles and bytes become a word in their place; undefined where there is no room for anything, or where
 * reading the value throws.
 */
export function boundedJson(value: unknown, maxBytes: number): string | undefined {
  const writer = new Writer(maxBytes);
  try {
    return writer.write(value, 0) ? writer.text : undefined;
  } catch {
    return undefined;
  }
}

class Writer {
  text = '';
  #left: number;
  readonly #open = new Set<object>();

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  /** Writes a value if there is room for at least its shortest form; false, and nothing written, where not. */
  write(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return this.#plain(Number.isFinite(value) ? String(value) : 'null');
      case 'boolean':
        return this.#plain(String(value));
      case 'bigint':
        return this.#string(String(value));
      case 'object':
        return value === null ? this.#plain('null') : this.#object(value, depth);
      default:
        return this.#plain('null');
    }
  }

  #plain(json: string): boolean {
    if (json.length > this.#left) {
      return false;
    }
    this.text += json;
    this.#left -= json.length;
    return true;
  }

  #string(text: string): boolean {
    // A character is at least one byte, so no more than these can fit.
    const head = text.length > this.#left ? text.slice(0, this.#left) : text;
    const json = JSON.stringify(head);
    const bytes = Buffer.byteLength(json);
    if (bytes <= this.#left && head === text) {
      this.text += json;
      this.#left -= bytes;
      return true;
    }
    return this.#shortened(head);
  }

  /** The longest beginning of a text that fits with its quotes and the mark of a cut. */
  #shortened(text: string): boolean {
    const room = this.#left - 2 - Buffer.byteLength(CUT);
    if (room < 0) {
      return false;
    }
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (Buffer.byteLength(JSON.stringify(text.slice(0, middle))) - 2 <= room) low = middle;
      else high = middle - 1;
    }
    // Not in the middle of a pair.
    const last = text.charCodeAt(low - 1);
    if (low > 0 && last >= 0xd800 && last <= 0xdbff) low -= 1;
    const json = JSON.stringify(text.slice(0, low) + CUT);
    this.text += json;
    this.#left -= Buffer.byteLength(json);
    return true;
  }

  #object(value: object, depth: number): boolean {
    if (depth >= MAX_DEPTH || this.#open.has(value)) return this.#string('[…]');
    if (ArrayBuffer.isView(value)) return this.#string(`[${value.byteLength} bytes]`);
    this.#open.add(value);
    try {
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function') return this.write(toJSON.call(value), depth + 1);
      return Array.isArray(value) ? this.#array(value, depth) : this.#fields(value, depth);
    } finally {
      this.#open.delete(value);
    }
  }

  #array(items: readonly unknown[], depth: number): boolean {
    if (!this.#begin('[')) return false;
    let isFirst = true;
    for (const item of items) {
      if (!this.#attempt(isFirst ? '' : ',', () => this.write(item, depth + 1))) break;
      isFirst = false;
    }
    this.text += ']';
    return true;
  }

  #fields(value: object, depth: number): boolean {
    if (!this.#begin('{')) return false;
    let isFirst = true;
    for (const name of Object.keys(value)) {
      const field = (value as Record<string, unknown>)[name];
      if (field === undefined || typeof field === 'function' || typeof field === 'symbol') continue;
      const key = `${isFirst ? '' : ','}${JSON.stringify(name)}:`;
      if (!this.#attempt(key, () => this.write(field, depth + 1))) break;
      isFirst = false;
    }
    this.text += '}';
    return true;
  }

  /** Opens a bracket and keeps room for the one that closes it. */
  #begin(bracket: string): boolean {
    if (this.#left < 2) {
      return false;
    }
    this.text += bracket;
    this.#left -= 2;
    return true;
  }

  /** Writes something after a prefix, or neither. */
  #attempt(prefix: string, write: () => boolean): boolean {
    const bytes = Buffer.byteLength(prefix);
    if (bytes > this.#left) return false;
    const { length } = this.text;
    const left = this.#left;
    this.text += prefix;
    this.#left -= bytes;
    if (write()) return true;
    this.text = this.text.slice(0, length);
    this.#left = left;
    return false;
  }
}
