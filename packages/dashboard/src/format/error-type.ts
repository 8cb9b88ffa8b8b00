/**
 * The type of a call's error for people: a class of exception, a status code, or `unnamed error` where the sender gave none
 * (`_OTHER` in OpenTelemetry's conventions).
 */
export function formatErrorType(type: string): string {
  return type === '_OTHER' ? 'unnamed error' : type;
}
