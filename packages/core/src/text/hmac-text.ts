import { hmacSha256 } from './sha256.ts';
import { toWellFormed } from './well-formed.ts';

/** HMAC-SHA-256 of a string, in lower-case hex. Key and string are encoded as UTF-8; lone surrogates become U+FFFD. */
export function hmacText(key: string, text: string): string {
  let hex = '';
  for (const byte of hmacSha256(utf8(key), utf8(text))) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** Compares two strings in a time that depends on their lengths only. */
export function isEqualInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1)
    difference |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(b.length, 1));
  return difference === 0;
}

/** `TextEncoder` has no type without DOM or Node types, and percent-encoding is the same bytes. */
function utf8(text: string): Uint8Array {
  const encoded = encodeURIComponent(toWellFormed(text));
  const bytes = new Uint8Array(encoded.length);
  let length = 0;
  for (let i = 0; i < encoded.length; i += 1) {
    const unit = encoded.charCodeAt(i);
    if (unit === 0x25) {
      bytes[length] = Number.parseInt(encoded.slice(i + 1, i + 3), 16);
      i += 2;
    } else {
      bytes[length] = unit;
    }
    length += 1;
  }
  return bytes.subarray(0, length);
}
