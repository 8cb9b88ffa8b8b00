import { type Field, varintOf } from '../fields.ts';

/** A message, from `start` to `end` of some bytes, in which fields are replaced. Unchanged bytes are copied once, at the end. */
export class RewrittenMessage {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #parts: Uint8Array[] | undefined;
  #copiedTo: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#end = end;
    this.#copiedTo = start;
  }

  /** Replaces a field by `changed`, removes it if that is empty, or keeps it if `undefined`. */
  replace(field: Field, changed: readonly Uint8Array[] | undefined): void {
    if (changed === undefined) {
      return;
    }
    this.#parts ??= [];
    this.#parts.push(this.#bytes.subarray(this.#copiedTo, field.start));
    if (changed.length > 0) {
      const length = changed.reduce((sum, part) => sum + part.length, 0);
      this.#parts.push(varintOf((field.number << 3) | 2), varintOf(length), ...changed);
    }
    this.#copiedTo = field.end;
  }

  /** The parts of the new message; `undefined` if nothing was replaced. */
  parts(): Uint8Array[] | undefined {
    this.#parts?.push(this.#bytes.subarray(this.#copiedTo, this.#end));
    return this.#parts;
  }
}
