/** Returns `rows` in the order of `ids`, followed by all other rows, without duplicates. */
export function steadyOrder<Row extends { readonly id: string }>(
  ids: readonly string[],
  rows: readonly Row[],
): readonly Row[] {
  const left = new Map(rows.map((row) => [row.id, row]));
  const steady: Row[] = [];
  for (const id of ids) {
    const row = left.get(id);
    if (row === undefined) continue;
    steady.push(row);
    left.delete(id);
  }
  return [...steady, ...left.values()];
}
