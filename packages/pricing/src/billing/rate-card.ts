import type { UnitName } from '../priced-unit.ts';
import type { Rate } from './bill.ts';

/** Rates by unit. `null`: only this service tier has no price for the unit; `undefined`: the model has none. */
export type Rates = Readonly<Record<UnitName, Rate | null | undefined>>;

/** The prices of one model in one service tier, at one time and input length. */
export interface RateCard {
  readonly rates: Rates;
  /** Prices of one picture by `quality/size`. */
  readonly pictures: ReadonlyMap<string, Rate> | undefined;
  /** Minimum number of seconds that are billed. */
  readonly minSeconds: number;
  /** Nothing is billed: the model is free. */
  readonly isFree: boolean;
}

/** Rules of the provider that apply in addition to a model's own prices. */
export interface BillingRules {
  /** Fees of the provider's tools, the same for every model. */
  readonly fees: RateCard | undefined;
  /**
   * Whether audio without its own price costs as much as text. At OpenAI it does not: every model that takes audio has
   * an audio price, so a call without one is unpriced.
   */
  readonly audioAsText: boolean;
  /** The same for video. No model of OpenAI has a price for tokens of video. */
  readonly videoAsText: boolean;
  /**
   * Whether the provider reports how much of every input and output is audio. Then a call whose count is absent is partly
   * unpriced if the model has another price for audio. Others report it only if there is audio.
   */
  readonly isAudioReported: boolean;
}
