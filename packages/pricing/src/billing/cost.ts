/** One line of the bill. */
export interface CostLine {
  /** What was billed, in words: `input`, `cached`, `audio output`, `web search`. */
  readonly item: string;
  readonly quantity: number;
  /** US dollars for `per` units. */
  readonly unitPrice: number;
  /** Units that `unitPrice` is for: 1,000,000 tokens or characters, 3,600 seconds, 1,000 calls, 1 picture. */
  readonly per: number;
  /** US dollars of this line, the nearest double. */
  readonly usd: number;
}

/** What a call cost. */
export interface PricedCost {
  /** US dollars, the nearest double of `exact`. Use it for display and telemetry; to add costs, use `exact`. */
  readonly usd: number;
  /** US dollars as a decimal string, at most 18 decimals: `0.00000885`. */
  readonly exact: string;
  readonly lines: readonly CostLine[];
  /** Origin of the price: the user's own (`custom`), the provider's own figure (`provider`) or the price list (`list`). */
  readonly source: 'list' | 'custom' | 'provider';
  /** Date of the price, `YYYY-MM-DD`: the date of the list, or the day of the call if the provider reported the cost. */
  readonly asOf: string;
  /** `batch`, `flex`, `priority`; absent for standard. */
  readonly tier?: string;
  /** The user's multiplier, already included in every unit price. */
  readonly multiplier?: string;
}

/**
 * A call whose cost is unknown or only partly known. Never treat it as zero.
 *
 * If only some of the units have no price, `unpricedUnits` names them and `pricedPart` is the cost of the others. Show
 * it as a lower bound (`$0.02+`) and never as the cost of the call.
 */
export interface UnpricedCost {
  /**
   * Why there is no price, as text for people: `openai has no price for the model "gpt-x"`, `partly unpriced: audio
   * input`.
   */
  readonly unpriced: string;
  /** The units that were used and have no price, in words. Set only if the rest of the call has a price. */
  readonly unpricedUnits?: readonly string[];
  /** Cost of the units with a price, a lower bound of the cost. Set only together with `unpricedUnits`. */
  readonly pricedPart?: PricedCost;
}

/** The cost of a call, or why it is unknown. Distinguish them with `'unpriced' in cost`. */
export type Cost = PricedCost | UnpricedCost;
