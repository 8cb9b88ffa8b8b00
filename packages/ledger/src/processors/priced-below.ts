import type { CallFacts } from '../dialects/dialect.ts';
import { comparableModel } from '../deduplication/comparable-model.ts';

/** Maximum number of open spans that are remembered because a call ended below them. The oldest is removed first. */
const MAX_SPANS = 4096;
/** Maximum number of models below one span that are remembered. */
const MAX_MODELS = 16;

/** The fields of a span that are read. */
interface PlacedSpan {
  spanContext(): { readonly traceId: string; readonly spanId: string };
  readonly parentSpanContext?: { readonly spanId: string; readonly isRemote?: boolean };
}

/**
 * Remembers for open spans which models were called below them. A second record of such a call is not priced again,
 * because backends would add up both costs.
 */
export class PricedBelow {
  readonly #models = new Map<string, readonly string[]>();

  /** Returns the models below a span that ends now, and forgets them. */
  take(span: PlacedSpan): readonly string[] | undefined {
    if (this.#models.size === 0) return undefined;
    const { spanId } = span.spanContext();
    const models = this.#models.get(spanId);
    if (models !== undefined) this.#models.delete(spanId);
    return models;
  }

  /** Adds models to the parent of a span that ends. */
  add(span: PlacedSpan, models: readonly string[] | undefined): void {
    const parent = span.parentSpanContext;
    if (models === undefined || parent === undefined || parent.isRemote === true) return;
    const known = this.#models.get(parent.spanId);
    if (known === undefined) {
      const [oldest] = this.#models.size < MAX_SPANS ? [] : this.#models.keys();
      if (oldest !== undefined) this.#models.delete(oldest);
      this.#models.set(parent.spanId, models);
    } else {
      const added = models.filter((model) => !known.includes(model));
      if (added.length > 0) this.#models.set(parent.spanId, [...known, ...added].slice(0, MAX_MODELS));
    }
  }

  /** Adds the models of a call, and those below it, to its parent. */
  addCall(span: PlacedSpan, facts: CallFacts, below: readonly string[] | undefined): void {
    const models = facts.role === 'call' && facts.usage !== undefined ? modelsOf(facts) : [];
    const all = below === undefined ? models : [...below, ...models];
    if (all.length > 0) this.add(span, all);
  }

  clear(): void {
    this.#models.clear();
  }

  static has(models: readonly string[] | undefined, model: string | undefined): boolean {
    return models !== undefined && (model === undefined || models.includes(comparableModel(model)));
  }
}

function modelsOf({ responseModel, requestModel }: CallFacts): string[] {
  const models: string[] = [];
  if (responseModel !== undefined) models.push(comparableModel(responseModel));
  if (requestModel !== undefined) models.push(comparableModel(requestModel));
  return models;
}
