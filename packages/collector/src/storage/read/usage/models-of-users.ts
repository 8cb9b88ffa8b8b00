import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import type { CallFilter } from '../query/filters.ts';
import type { Range } from '../query/range.ts';
import { addSums, figuresOf } from './figures.ts';
import type { SumsRow } from './figures.ts';
import { ofUsers, usageSource } from './usage-source.ts';

/** Usage of a model by a user. */
export interface ModelUsage {
  readonly model: string | null;
  readonly calls: number;
  readonly tokens: number;
  /** Exact US dollars. */
  readonly cost: string;
}

/** Usage by model for each user, by canonical id. */
export async function readModelsOfUsers(
  store: Pick<Store, 'query' | 'claimed'>,
  query: { readonly project: string; readonly range: Range; readonly filter: CallFilter },
  owners: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly ModelUsage[]>> {
  if (owners.size === 0) return new Map();
  const sql = new Sql(store);
  const where = [all([ofUsers([...owners.keys()], sql), 'calls != 0'])];
  const source = usageSource({ ...query, by: ['user_id', 'model'], where }, sql);
  const rows = await store.query<SumsRow & { readonly user_id: string; readonly model: string }>(
    source,
    sql.parameters,
  );
  const parts = new Map<string, Map<string, SumsRow[]>>();
  for (const row of rows) {
    const owner = owners.get(row.user_id);
    if (owner === undefined) continue;
    const models = parts.get(owner) ?? new Map<string, SumsRow[]>();
    parts.set(owner, models);
    models.set(row.model, [...(models.get(row.model) ?? []), row]);
  }
  return new Map(
    [...parts].map(([owner, models]) => [
      owner,
      [...models].map(([model, list]): ModelUsage => {
        const { calls, inputTokens, outputTokens, costExact } = figuresOf(addSums(list));
        return { model: model || null, calls, tokens: inputTokens + outputTokens, cost: costExact ?? '0' };
      }),
    ]),
  );
}
