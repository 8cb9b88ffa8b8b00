import { modelPrice } from '@userspan/pricing/feed';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { repriceCalls } from './reprice-calls.ts';

/** Result of pricing the unpriced calls. */
export interface PricedCalls {
  /** Number of calls that have a price now. */
  readonly calls: number;
  readonly models: readonly string[];
}

/**
 * Prices the unpriced calls of all projects with the current prices for the time of each call. Priced calls do not
 * change. Run it when new prices or currency rates are loaded; an interrupted run is completed by the next one.
 */
export async function priceUnpricedCalls(pipeline: SpanPipeline, nowMs: number): Promise<PricedCalls> {
  const models = new Set<string>();
  let calls = 0;
  const seen = new Set<string>();
  for (const {
    project,
    provider,
    model,
    hasForeignCost,
  } of await pipeline.store.usage.readUnpricedModels()) {
    const prices = pipeline.pricesOf(project);
    const key = `${project}\n${model}`;
    if (prices === undefined || seen.has(key)) continue;
    const isConvertible = hasForeignCost && prices.currencyRates !== undefined;
    if (!isConvertible && modelPrice({ provider, model, at: nowMs }, prices) === undefined) continue;
    seen.add(key);
    const { changed } = await repriceCalls(pipeline, {
      project,
      model,
      fromNs: 0n,
      toNs: 2n ** 63n - 1n,
      isDryRun: false,
      isUnpriced: true,
      prices,
    });
    if (changed === 0) continue;
    calls += changed;
    models.add(model);
  }
  return { calls, models: [...models] };
}
