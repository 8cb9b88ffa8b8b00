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
  const tag = readVarint(bytes, start);
  const wireType = tag.value & 7;
  const number = tag.value >>> 3;
  const content = tag.end;
  switch (wireType) {
    case 0:
      return { number, wireType, start, contentStart: content, end: readVarint(bytes, content).end };
    case 1:
      return { number, wireType, start, contentStart: content, end: content + 8 };
    case 2: {
      const length = readVarint(bytes, content);
      return { number, wireType, start, contentStart: length.end, end: length.end + length.value };
    }
    case 3:
      return { number, wireType, start, contentStart: content, end: endOfGroup(bytes, content) };
    default:
      return { number, wireType, start, contentStart: content, end: content + 4 };
  }
}

function endOfGroup(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const tag = readVarint(bytes, at);
    if ((tag.value & 7) === 4) {
      return tag.end;
    }
    at = readField(bytes, at).end;
  }
}

/** Reads a varint. Bits above 32 are dropped, because tags and lengths have none. */
function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7, at += 1) {
    const byte = bytes[at] ?? 0;
    if (shift < 32) {
      value |= (byte & 0x7f) << shift;
    }
    if (byte < 0x80) {
      return { value: value >>> 0, end: at + 1 };
    }
  }
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
    const { number, wireType, contentStart, end } = readField(bytes, start);
    this.number = number;
    this.wireType = wireType;
    this.contentStart = contentStart;
    this.end = end;
    return this;
  }
}
