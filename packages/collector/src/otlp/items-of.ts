import { readField } from './fields.ts';

/** The bytes of every span or log record of a well-formed OTLP request. */
export function* itemsOf(request: Uint8Array): Generator<Uint8Array, void> {
  for (const perResource of fieldsOf(request, 1)) {
    for (const perScope of fieldsOf(perResource, 2)) {
      yield* fieldsOf(perScope, 2);
    }
  }
}

/** The contents of every length-delimited field with that number. */
export function* fieldsOf(message: Uint8Array, number: number): Generator<Uint8Array, void> {
  for (let at = 0; at < message.length;) {
    const field = readField(message, at);
    at = field.end;
    if (field.number === number && field.wireType === 2) {
      yield message.subarray(field.contentStart, field.end);
    }
  }
}
