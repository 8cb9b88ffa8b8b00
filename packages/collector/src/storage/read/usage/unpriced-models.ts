import { FOREIGN_COST_PATTERN, MISSING_PRICE_PATTERN } from '@userspan/ledger';

import type { Store } from '../../engine/store.ts';

/** A model of a project that has calls without a price. */
export interface UnpricedModel {
  readonly project: string;
  readonly provider: string;
  readonly model: string;
  /** Whether calls of it state a cost in another currency than US dollars. */
  readonly hasForeignCost: boolean;
}

/** The models with calls that a price or a currency rate would give a cost, over all projects. */
export async function readUnpricedModels(store: Store): Promise<readonly UnpricedModel[]> {
  const wanted = (table: string): string =>
    `SELECT project, provider, model, match(unpriced, {foreign:String}) AS is_foreign FROM ${table} FINAL
     WHERE unpriced != '' AND (is_foreign OR match(unpriced, {pattern:String}))`;
  const rows = await store.query<{ project: string; provider: string; model: string; has_foreign: number }>(
    `SELECT project, provider, model, max(is_foreign) AS has_foreign
     FROM (${wanted('calls')} UNION ALL ${wanted('calls_unattributed')})
     GROUP BY project, model, provider ORDER BY project, model, provider`,
    { pattern: MISSING_PRICE_PATTERN, foreign: FOREIGN_COST_PATTERN },
  );
  return rows.map(({ has_foreign, ...row }) => ({ ...row, hasForeignCost: has_foreign === 1 }));
}
