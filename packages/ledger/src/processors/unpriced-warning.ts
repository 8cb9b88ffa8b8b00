import { diag } from '@opentelemetry/api';
import type { PriceOptions } from '@userspan/pricing';

/** Maximum number of models in warnings, for apps with unlimited model names. */
const MAX_MODELS = 100;

/** Reports every model without a price once, in the way that `onUnpriced` of the prices asks for. */
export class UnpricedWarning {
  readonly #onUnpriced: NonNullable<PriceOptions['onUnpriced']>;
  readonly #warned = new Set<string>();

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
    if (this.#warned.has(key) || this.#warned.size >= MAX_MODELS) return;
    this.#warned.add(key);
    diag.warn(
      `userspan: a call has no cost: ${unpriced}. Add the price with \`prices.models\`, or USERSPAN_PRICES.`,
    );
  }
}
