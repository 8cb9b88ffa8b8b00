import { listedNames } from './list/price-list.ts';
import { ownPrices } from './own/own-prices.ts';
import type { PriceOptions } from './price-options.ts';

/** A model that has, or had, a price. */
export interface KnownModel {
  /** Id of the provider in the price list; `undefined` for a user's own price that applies to any provider. */
  readonly provider: string | undefined;
  readonly model: string;
  /** Source of the price: the user's own, the package's list, or the feed. */
  readonly source: 'custom' | 'list' | 'feed';
}

/**
 * Finds at most `limit` models whose provider or name contains every word of a text. The user's own come first, then
 * names that begin with the text, then the shortest. A model in several lists is found in each.
 */
export function findModels(text: string, limit: number, prices?: PriceOptions): readonly KnownModel[] {
  const wanted = text.toLowerCase().trim();
  const words = wanted.split(/\s+/);
  const found: { readonly model: KnownModel; readonly rank: number }[] = [];
  const seen = new Set<string>();
  for (const model of knownModels(prices)) {
    const place = `${model.provider ?? ''}/${model.model}`;
    if (seen.has(place) || !words.every((word) => place.includes(word))) continue;
    seen.add(place);
    const rank = (model.source === 'custom' ? 0 : 1_000) + (model.model.startsWith(wanted) ? 0 : 500);
    found.push({ model, rank: rank + Math.min(model.model.length, 499) });
  }
  return found
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ model }) => model);
}

function* knownModels(prices: PriceOptions | undefined): Generator<KnownModel> {
  const own = prices === undefined ? undefined : ownPrices(prices);
  for (const key of own?.models.keys() ?? []) {
    const colon = key.indexOf(':');
    yield {
      provider: colon > 0 ? key.slice(0, colon) : undefined,
      model: key.slice(colon + 1),
      source: 'custom',
    };
  }
  for (const { provider, name } of listedNames()) {
    yield { provider, model: name.endsWith('*') ? name.slice(0, -1) : name, source: 'list' };
  }
  for (const { provider, name } of own?.feed?.rows ?? []) {
    yield { provider, model: name.endsWith('*') ? name.slice(0, -1) : name, source: 'feed' };
  }
}
