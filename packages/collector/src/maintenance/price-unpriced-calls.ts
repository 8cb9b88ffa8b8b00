import { modelPrice } from '@userspan/pricing/feed';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { repriceCalls } from './reprice-calls.ts';

/** Result of pricing the unpriced calls. */
export interface PricedCalls {
  /** Calls that have a price now. */
  readonly calls: number;
  readonly models: readonly string[];
}

/**
 * Prices the stored calls of all projects that had no price, by the prices in use, at the time of each call. What has a
 * price keeps it. To be run when new prices or currency rates come into use; a run that was cut short is completed by the next.
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
