/**
 * The type of a call's error for display: an exception class, a status code, or `unnamed error` if the sender gave no
 * type (`_OTHER` in OpenTelemetry's conventions).
 */
export function formatErrorType(type: string): string {
  return type === '_OTHER' ? 'unnamed error' : type;
}
