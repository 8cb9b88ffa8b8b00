import type { Store } from '../../engine/store.ts';

/** The revenue from a customer in a month (`202611`). */
export interface RevenueRow {
  readonly customer: string;
  /** Exact decimal of US dollars. */
  readonly amount: string;
}

/** Revenue of one month by user or group, from all sources or one. */
export function readRevenue(
  store: Store,
  project: string,
  kind: 'user' | 'group',
  month: number,
  source?: string,
): Promise<RevenueRow[]> {
  return store.query<RevenueRow>(
    `SELECT customer, toString(sum(paid)) AS amount FROM (
       SELECT customer, amount AS paid FROM revenue FINAL
       WHERE project = {project:String} AND kind = {kind:String} AND month = {month:UInt32}
       ${source === undefined ? '' : 'AND source = {source:String}'}
     ) GROUP BY customer`,
    { project, kind, month, ...(source === undefined ? {} : { source }) },
  );
}
