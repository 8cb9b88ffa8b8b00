/** Errors of the store never contain stored values, so their message is used; of other errors only the name. */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unknown';
  }
  return error.name === 'StoreError' ? error.message.slice(0, 300) : error.name;
}
