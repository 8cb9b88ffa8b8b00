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
  /** US dollars, the nearest double of `exact`. For showing and for telemetry; add `exact`, not this. */
  readonly usd: number;
  /** US dollars as a decimal string, at most 18 decimals: `0.00000885`. */
  readonly exact: string;
  readonly lines: readonly CostLine[];
  /** Origin of the price: the user's own (`custom`), the provider's own figure (`provider`) or the price list (`list`). */
  readonly source: 'list' | 'custom' | 'provider';
  /** Date of the price, `YYYY-MM-DD`: the list's day; the day of the call where the provider reported the cost. */
  readonly asOf: string;
  /** `batch`, `flex`, `priority`; absent for standard. */
  readonly tier?: string;
  /** The user's multiplier, which is in every unit price. */
  readonly multiplier?: string;
}

/**
 * A call whose cost is not known, or known in part only. Never treat it as zero.
 *
 * Where only some of the units have no price, `unpricedUnits` names them and `pricedPart` is what the others cost: a
 * lower bound, to be shown as one (`$0.02+`) and never as the cost of the call.
 */
export interface UnpricedCost {
  /** Why there is no price, for a person: `openai has no price for the model "gpt-x"`, `partly unpriced: audio input`. */
  readonly unpriced: string;
  /** The units that were used and have no price, in words. Only where the rest of the call has a price. */
  readonly unpricedUnits?: readonly string[];
  /** What the units with a price cost: a lower bound of the cost. Only beside `unpricedUnits`. */
  readonly pricedPart?: PricedCost;
}

/** The cost of a call, or why it is not known. Tell them apart with `'unpriced' in cost`. */
export type Cost = PricedCost | UnpricedCost;
