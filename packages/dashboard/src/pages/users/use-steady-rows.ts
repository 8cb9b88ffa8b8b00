import { useRef } from 'react';
import { steadyOrder } from './steady-order.ts';

/** Rows that keep their places while the list is being read. */
export interface SteadyRows<Row> {
  readonly rows: readonly Row[] | undefined;
  /** True where the list is sorted otherwise by now. */
  readonly moved: boolean;
}

/**
 * Live figures change the order of a list. While its reader is down in it (`hold`), rows keep their places and only their
 * figures change; the new order comes on request or back at the top. `listKey` says which list it is.
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
