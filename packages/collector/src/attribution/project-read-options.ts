import { identityRules } from '@userspan/ledger';
import type { IdentityOptions, IdentityRules, ReadOptions } from '@userspan/ledger';
import type { PriceOptions } from '@userspan/pricing';
import { parseFeed, serializeFeed } from '@userspan/pricing/feed';
import type { PriceFeed } from '@userspan/pricing/feed';

import { priceOptionsOf } from '../storage/write/project-prices.ts';
import type { ProjectPrice } from '../storage/write/project-prices.ts';

/** The settings of {@link ProjectReadOptions} as plain data, from which another thread can create the same options. */
export interface ReadSettings {
  readonly identity?: IdentityOptions;
  readonly currencyRates?: PriceOptions['currencyRates'];
  /** The price feed as text, and its day. */
  readonly feed?: { readonly text: string; readonly day: string };
  readonly prices: ReadonlyMap<string, readonly ProjectPrice[]>;
}

/** Options for reading spans of each project: identity rules and prices. */
export class ProjectReadOptions {
  readonly #identity: IdentityRules | undefined;
  readonly #currencyRates: PriceOptions['currencyRates'];
  readonly #onError: (error: unknown) => void;
  #feed: PriceFeed | undefined;
  #prices: ReadonlyMap<string, readonly ProjectPrice[]> = new Map();
  #base: ReadOptions;
  readonly #byProject = new Map<string, ReadOptions>();
  #changes = 0;

  /** `onError` is called for prices that cannot be read. */
  constructor(
    identity: IdentityRules | undefined,
    currencyRates: PriceOptions['currencyRates'],
    onError: (error: unknown) => void,
  ) {
    this.#identity = identity;
    if (currencyRates !== undefined && Object.keys(currencyRates).length > 0)
      this.#currencyRates = currencyRates;
    this.#onError = onError;
    this.#base = this.#optionsWith(this.pricesWith(undefined));
  }

  /** Creates options from {@link settings}. */
  static from(settings: ReadSettings, onError: (error: unknown) => void): ProjectReadOptions {
    const { identity, currencyRates, feed, prices } = settings;
    const rules = identity === undefined ? undefined : identityRules(identity);
    const options = new ProjectReadOptions(rules, currencyRates, onError);
    options.usePrices(prices);
    if (feed !== undefined) options.useFeed(parseFeed(feed.text, { day: feed.day }));
    return options;
  }

  get settings(): ReadSettings {
    const feed = this.#feed;
    return {
      ...(this.#identity === undefined ? {} : { identity: this.#identity.options }),
      ...(this.#currencyRates === undefined ? {} : { currencyRates: this.#currencyRates }),
      ...(feed === undefined ? {} : { feed: { text: serializeFeed(feed), day: feed.day } }),
      prices: this.#prices,
    };
  }

  /** Number of changes of the settings. */
  get changes(): number {
    return this.#changes;
  }

  /** The price feed in use. */
  get feed(): PriceFeed | undefined {
    return this.#feed;
  }

  /** Options for reading spans of a project, with its own prices. */
  of(project: string): ReadOptions {
    return this.#byProject.get(project) ?? this.#base;
  }

  /** Sets the projects' own prices. */
  usePrices(prices: ReadonlyMap<string, readonly ProjectPrice[]>): void {
    this.#prices = prices;
    this.#changes += 1;
    for (const project of this.#byProject.keys()) if (!prices.has(project)) this.#byProject.delete(project);
    for (const [project, list] of prices) {
      try {
        const own = this.pricesWith(priceOptionsOf(list));
        if (own !== undefined) this.#byProject.set(project, { ...this.#base, prices: own });
      } catch (error) {
        // Prices of another version that this one cannot read must not prevent spans from being stored.
        this.#onError(error);
      }
    }
  }

  /** Sets the price feed, which prices later spans if the list has no price. */
  useFeed(feed: PriceFeed): void {
    this.#feed = feed;
    this.#changes += 1;
    this.#base = { ...this.#base, prices: { ...this.#base.prices, feed } };
    for (const [project, { prices }] of this.#byProject)
      this.#byProject.set(project, { ...this.#base, prices: { ...prices, feed } });
  }

  /** A project's own prices, with the feed and the currency rates in use. */
  pricesWith(own: PriceOptions | undefined): PriceOptions | undefined {
    const feed = this.#feed;
    const currencyRates = this.#currencyRates;
    if (feed === undefined && currencyRates === undefined) return own;
    return {
      ...own,
      ...(feed === undefined ? {} : { feed }),
      ...(currencyRates === undefined ? {} : { currencyRates }),
    };
  }

  #optionsWith(prices: PriceOptions | undefined): ReadOptions {
    return {
      ...(this.#identity === undefined ? {} : { identity: this.#identity }),
      ...(prices === undefined ? {} : { prices }),
    };
  }
}
