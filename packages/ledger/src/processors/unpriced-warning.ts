import { diag } from '@opentelemetry/api';
import type { PriceOptions } from '@userspan/pricing';

/** Most models that are warned of; names made up by the thousand are no use to anybody. */
const MAX_MODELS = 100;

/** Tells once of every model that has no price, in the way the prices ask for. */
export class UnpricedWarning {
  readonly #onUnpriced: NonNullable<PriceOptions['onUnpriced']>;
  readonly #told = new Set<string>();

  constructor(onUnpriced: PriceOptions['onUnpriced'] = 'warn') {
    this.#onUnpriced = onUnpriced;
  }

  warn(provider: string, model: string, unpriced: string): void {
    const onUnpriced = this.#onUnpriced;
    if (onUnpriced === 'ignore') return;
    if (typeof onUnpriced === 'function') {
      onUnpriced({ provider, model, unpriced });
      return;
    }
    const key = `${provider}:${model}`;
    if (this.#told.has(key) || this.#told.size >= MAX_MODELS) return;
    this.#told.add(key);
    diag.warn(
      `userspan: a call has no cost: ${unpriced}. Add the price with \`prices.models\`, or USERSPAN_PRICES.`,
    );
  }
}
