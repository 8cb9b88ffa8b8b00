import type { PriceFeed } from '../price-options.ts';

/** What a new feed changes for one model. */
export interface FeedChange {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly provider: string;
  readonly model: string;
  /** The prices in the format of `price-list.txt`: `i=2 o=8`, US dollars per 1M tokens. */
  readonly before?: string;
  readonly after?: string;
}

/** The changes from one feed to the next, by provider and model. Without a previous feed, every model is an addition. */
export function diffFeeds(before: PriceFeed | undefined, after: PriceFeed): readonly FeedChange[] {
  const old = new Map(before?.rows.map((row) => [`${row.provider}\t${row.name}`, row]));
  const changes: FeedChange[] = [];
  for (const { provider, name: model, prices } of after.rows) {
    const key = `${provider}\t${model}`;
    const was = old.get(key)?.prices;
    old.delete(key);
    if (was === undefined) changes.push({ kind: 'added', provider, model, after: prices });
    else if (was !== prices) changes.push({ kind: 'changed', provider, model, before: was, after: prices });
  }
  for (const { provider, name: model, prices } of old.values())
    changes.push({ kind: 'removed', provider, model, before: prices });
  return changes.toSorted((a, b) => byText(a.provider, b.provider) || byText(a.model, b.model));
}

/** One line for a log or a terminal: `+ openai gpt-7: i=2 o=8`, `~ openai gpt-4o: i=2.5 o=10 -> i=2 o=8`. */
export function describeChange({ kind, provider, model, before = '', after = '' }: FeedChange): string {
  const prices = kind === 'changed' ? `${words(before)} -> ${words(after)}` : words(before + after);
  return `${kind === 'added' ? '+' : kind === 'removed' ? '-' : '~'} ${provider} ${model}: ${prices}`;
}

function words(prices: string): string {
  return prices.replaceAll('\t', ' | ');
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
