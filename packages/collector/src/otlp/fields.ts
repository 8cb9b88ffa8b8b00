/** One field of a protobuf message, as offsets into its bytes. */
export interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Start of the field, including its tag. */
  readonly start: number;
  /** Start of its value, after the length of a length-delimited one. */
  readonly contentStart: number;
  /** End of field and value. */
  readonly end: number;
}

/** Reads the field at `start` of a message that is known to be well-formed. */
export function readField(bytes: Uint8Array, start: number): Field {
  return new FieldCursor().read(bytes, start);
}

/** Encodes a tag or length as a varint. */
export function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  while (left > 0x7f) {
    bytes.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  bytes.push(left);
  return Uint8Array.from(bytes);
}

/** {@link readField} without allocating an object per field, for iterating over all attributes of a request. */
export class FieldCursor implements Field {
  number = 0;
  wireType = 0;
  start = 0;
  contentStart = 0;
  end = 0;

  /** Moves to the field at `start` of a well-formed message. */
  read(bytes: Uint8Array, start: number): this {
    const tag = bytes[start] ?? 0;
    const length = bytes[start + 1] ?? 0;
    this.start = start;
    if (tag < 0x80 && (tag & 7) === 2 && length < 0x80) {
      this.number = tag >>> 3;
      this.wireType = 2;
      this.contentStart = start + 2;
      this.end = start + 2 + length;
      return this;
    }
    this.end = start;
    this.#readTag(bytes);
    this.contentStart = this.end;
    this.#passValue(bytes);
    return this;
  }

  #readTag(bytes: Uint8Array): void {
    const tag = this.#varint(bytes);
    this.number = tag >>> 3;
    this.wireType = tag & 7;
  }

  /** Moves the end from the tag to the end of the value. */
  #passValue(bytes: Uint8Array): void {
    switch (this.wireType) {
      case 0:
        this.#varint(bytes);
        break;
      case 1:
        this.end += 8;
        break;
      case 2: {
        const length = this.#varint(bytes);
        this.contentStart = this.end;
        this.end += length;
        break;
      }
      case 3:
        this.end = endOfGroup(bytes, this.end);
        break;
      case 4:
        break;
      default:
        this.end += 4;
    }
  }

  /** Reads a varint at the end. Bits above 32 are dropped, because tags and lengths have none. */
  #varint(bytes: Uint8Array): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[this.end] ?? 0;
      this.end += 1;
      if (shift < 32) {
        value |= (byte & 0x7f) << shift;
      }
      if (byte < 0x80) {
        return value >>> 0;
      }
    }
  }
}

/** The end of a group whose fields begin at `start`. The tag that ends it has the wire type 4 and no value. */
function endOfGroup(bytes: Uint8Array, start: number): number {
  const field = new FieldCursor();
  for (let at = start; ; at = field.end) {
    field.read(bytes, at);
    if (field.wireType === 4) {
      return field.end;
    }
  }
}
