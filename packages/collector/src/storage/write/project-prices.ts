import { parsePrices } from '@userspan/pricing';
import type { ModelPrices, PriceOptions } from '@userspan/pricing';

import type { Store } from '../engine/store.ts';

/** A price that was added to a project. */
export interface ProjectPrice {
  readonly id: string;
  readonly provider: string | null;
  readonly model: string;
  /** The prices, and the day from which they apply. */
  readonly prices: ModelPrices;
  readonly atMs: number;
}

/** Converts the prices of a project to options for `priceOf`. Throws a TypeError that says what is wrong. */
export function priceOptionsOf(prices: readonly ProjectPrice[]): PriceOptions | undefined {
  if (prices.length === 0) return undefined;
  const models = new Map<string, ModelPrices[]>();
  for (const { provider, model, prices: each } of prices) {
    const name = provider === null ? model : `${provider}:${model}`;
    // Of two prices from the same day, the one that was added later is used.
    const history = (models.get(name) ?? []).filter((other) => other.from !== each.from);
    models.set(name, [...history, each]);
  }
  for (const history of models.values()) history.sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
  return parsePrices({ models: Object.fromEntries(models) });
}

/** The prices of a project, or of all of them, in the order in which they were added. */
export async function readPrices(
  store: Store,
  project?: string,
): Promise<ReadonlyMap<string, readonly ProjectPrice[]>> {
  const rows = await store.query<{ project: string; id: string; price: string; at_ms: string }>(
    // Ordered by version, because two prices may have the same time, and a clock may have been set back.
    `SELECT project, id, price, at_ms FROM prices FINAL ${project === undefined ? '' : 'WHERE project = {project:String}'}
     ORDER BY version, id`,
    project === undefined ? {} : { project },
  );
  const prices = new Map<string, ProjectPrice[]>();
  for (const row of rows) {
    const stored = JSON.parse(row.price) as Pick<ProjectPrice, 'provider' | 'model' | 'prices'>;
    const price = { ...stored, id: row.id, atMs: Number(row.at_ms) };
    const list = prices.get(row.project);
    if (list) list.push(price);
    else prices.set(row.project, [price]);
  }
  return prices;
}

/** Reads prices of projects. */
export interface PriceReader {
  /** The prices of a project, or of all of them, in the order in which they were added. */
  readPrices(project?: string): Promise<ReadonlyMap<string, readonly ProjectPrice[]>>;
}

export function priceReader(store: Store): PriceReader {
  return {
    readPrices: (project) => readPrices(store, project),
  };
}
