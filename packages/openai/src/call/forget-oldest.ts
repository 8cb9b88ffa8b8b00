/** Removes the oldest entry if there are more than `most`. Call it after each insertion. */
export function forgetOldest<Key>(known: Set<Key> | Map<Key, unknown>, most: number): void {
  if (known.size <= most) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}
