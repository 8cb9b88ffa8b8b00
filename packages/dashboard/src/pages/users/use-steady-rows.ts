import { useRef } from 'react';

/** Rows that keep their positions while somebody reads the list. */
export interface SteadyRows<Row> {
  readonly rows: readonly Row[] | undefined;
  /** Whether the newest figures would give another order. */
  readonly moved: boolean;
}

/**
 * Keeps the order of a list when live figures would change it. While the list is scrolled down (`hold`), rows keep
 * their positions and only their figures change. The list is sorted again on request, or when it is scrolled to the
 * top. `listKey` identifies the list.
 */
export function useSteadyRows<Row extends { readonly id: string }>(
  rows: readonly Row[] | undefined,
  listKey: string,
  hold: boolean,
): SteadyRows<Row> {
  const seen = useRef<{ readonly listKey: string; readonly ids: readonly string[] }>(undefined);
  if (rows === undefined) return { rows, moved: false };
  const before = seen.current;
  const steady = hold && before?.listKey === listKey ? steadyOrder(before.ids, rows) : rows;
  const ids = steady.map((row) => row.id);
  seen.current = { listKey, ids };
  return { rows: steady, moved: steady !== rows && ids.some((id, at) => rows[at]?.id !== id) };
}

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
