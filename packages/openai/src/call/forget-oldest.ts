/** Drops the first of what is known where it is more than `most`: call it after each one that is added. */
export function forgetOldest<Key>(known: Set<Key> | Map<Key, unknown>, most: number): void {
  if (known.size <= most) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}
