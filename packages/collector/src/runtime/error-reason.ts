/**
 * The reason of an error for logs: the message of store errors, which never contains stored values; only the name of
 * other errors.
 */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unknown';
  }
  return error.name === 'StoreError' ? error.message.slice(0, 300) : error.name;
}
