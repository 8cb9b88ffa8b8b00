/** The store words its own errors so that they hold nothing of what is stored; of others only the kind is told. */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unknown';
  }
  return error.name === 'StoreError' ? error.message.slice(0, 300) : error.name;
}
