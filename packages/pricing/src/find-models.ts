import { listedNames } from './list/price-list.ts';
import { ownPrices } from './own/own-prices.ts';
import type { PriceOptions } from './price-options.ts';

/** A model that has a price, now or at another time. */
export interface KnownModel {
  /** Id of the provider in the price list; `undefined` for a price of the user's own that holds for any. */
  readonly provider: string | undefined;
  readonly model: string;
  /** Whose price it is: the user's own, the package's list, or the feed's. */
  readonly source: 'custom' | 'list' | 'feed';
}

/**
 * The models whose provider or name has every word of a text, at most `limit`: the user's own first, then those whose
 * name begins with the text, then the shortest. A model that stands in several lists is found in each.
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
