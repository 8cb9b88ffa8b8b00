import { MISSING_PRICE_PATTERN } from '@userspan/ledger';

import type { Store } from '../../engine/store.ts';

/** A model of a project that has calls without a price. */
export interface UnpricedModel {
  readonly project: string;
  readonly provider: string;
  readonly model: string;
}

/** The models with calls that a price would give a cost, over all projects. */
export async function readUnpricedModels(store: Store): Promise<readonly UnpricedModel[]> {
  const wanted = (table: string): string =>
    `SELECT DISTINCT project, provider, model FROM ${table} FINAL
     WHERE unpriced != '' AND match(unpriced, {pattern:String})`;
  return store.query<{ project: string; provider: string; model: string }>(
    `SELECT DISTINCT project, provider, model FROM (${wanted('calls')} UNION ALL ${wanted('calls_unattributed')})
     ORDER BY project, model, provider`,
    { pattern: MISSING_PRICE_PATTERN },
  );
}
