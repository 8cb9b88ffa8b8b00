import { useRef } from 'react';
import { steadyOrder } from './steady-order.ts';

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
