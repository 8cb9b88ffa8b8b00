/**
 * Random lower-case hex digits for this number of bytes. Works on pages without TLS, where `crypto.randomUUID` does
 * not.
 */
export function randomHex(bytes: number): string {
  let hex = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(bytes))) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
