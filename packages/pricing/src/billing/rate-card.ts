import type { UnitName } from '../priced-unit.ts';
import type { Rate } from './bill.ts';

/** `null` where a service tier has no price for what the standard tier prices; `undefined` where the model has none. */
export type Rates = Readonly<Record<UnitName, Rate | null | undefined>>;

/** The prices of one model in one service tier, at one time and length of context. */
export interface RateCard {
  readonly rates: Rates;
  /** Prices of one picture by `quality/size`. */
  readonly pictures: ReadonlyMap<string, Rate> | undefined;
  /** Fewer seconds than this are billed as this many. */
  readonly minSeconds: number;
  /** Nothing is billed: the model is free. */
  readonly isFree: boolean;
}

/** What a model costs beside its own prices. */
export interface BillingRules {
  /** Fees of the provider's tools, whatever the model. */
  readonly fees: RateCard | undefined;
  /**
   * Whether audio costs as much as text where it has no price of its own. OpenAI prices them apart on every model:
   * there, no audio price is no cost.
   */
  readonly audioAsText: boolean;
}
