/** A trace id in the store's format. */
export function uuidOf(traceId: string): string {
  const hex = traceId.padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The trace id, 32 hex digits. */
export function traceIdOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}

/** A span id in the store's format, a number; `0` for no span. */
export function numberOf(spanId: string | undefined): string {
  return spanId === undefined ? '0' : BigInt(`0x${spanId}`).toString();
}

/** The span id, 16 hex digits; `undefined` for no span. */
export function spanIdOf(number: string): string | undefined {
  return number === '0' ? undefined : BigInt(number).toString(16).padStart(16, '0');
}
