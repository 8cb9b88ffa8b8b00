import { diag } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import { costAttributes } from '@userspan/core';
import { isResponseRecorded } from '@userspan/core/internal';
import { ATTR_COST, ATTR_COST_SOURCE, ATTR_COST_UNPRICED } from '@userspan/core/semconv';
import { parsePrices } from '@userspan/pricing';
import type { PriceOptions } from '@userspan/pricing';
import type { CallCost } from '../calls/call.ts';
import { decideCost } from '../cost/decide-cost.ts';
import { withOwnSource } from '../cost/stated-cost.ts';
import type { StatedCost } from '../cost/stated-cost.ts';
import { type EndedSpan, errorOf } from '../calls/error-of.ts';
import { isRefused } from '../cost/is-refused.ts';
import { PricedBelow } from './priced-below.ts';
import { readFacts, requestOf } from '../calls/read-facts.ts';
import type { Attributes } from '../span.ts';
import { UnpricedWarning } from './unpriced-warning.ts';

/** Options of the cost processor. */
export interface CostSpanProcessorOptions {
  /** Own prices. They take precedence over costs of other instrumentations and over the list. */
  readonly prices?: PriceOptions;
}

/** The fields of the SDK's span that are read while it ends. `Span` of SDK 2.12 and 3.1 has them. */
interface EndingSpan extends Span, EndedSpan {
  readonly name: string;
  readonly startTime: readonly [seconds: number, nanos: number];
  readonly parentSpanContext?: { readonly spanId: string; readonly isRemote?: boolean };
  /** Absent before SDK 2. */
  readonly instrumentationScope?: { readonly name: string };
}

/**
 * Adds the exact cost to every GenAI call that has none, of any instrumentation, just before it ends.
 *
 * Pass it in `spanProcessors` of an SDK 2.x or 3.x provider, before the exporting processor. It never prices a call
 * twice, replaces the cost of another instrumentation only by an own price, and does not price wrappers or calls that
 * the vendor refused. If there is no price, `userspan.cost.unpriced` says why.
 *
 * @example
 * ```ts
 * new NodeTracerProvider({ spanProcessors: [new UserSpanProcessor(), new CostSpanProcessor(), exporting] });
 * ```
 */
export class CostSpanProcessor {
  readonly #prices: PriceOptions | undefined;
  readonly #warning: UnpricedWarning;
  readonly #pricedBelow = new PricedBelow();
  #sdkSaysEnding = false;
  #warned = false;

  /** @throws TypeError with the path of the mistake if `prices` is invalid. */
  constructor(options: CostSpanProcessorOptions = {}) {
    this.#prices = options.prices === undefined ? undefined : parsePrices(options.prices);
    this.#warning = new UnpricedWarning(options.prices?.onUnpriced);
  }

  /** Does nothing, because the usage of a call is known only at its end. */
  onStart(_span: Span, _parentContext: Context): void {}

  /** Prices the call while the span can still be changed. */
  onEnding(span: Span): void {
    this.#sdkSaysEnding = true;
    if (!span.isRecording()) return;
    this.#price(span as EndingSpan, (name, value) => span.setAttribute(name, value));
  }

  /** Prices the call if the SDK, or a wrapping processor, does not call `onEnding`. */
  onEnd(span: unknown): void {
    if (this.#sdkSaysEnding) return;
    const ended = span as EndingSpan;
    const attributes = ended.attributes as Record<string, unknown>;
    this.#price(ended, (name, value) => {
      attributes[name] = value;
    });
  }

  /** Does nothing: nothing is buffered. */
  async forceFlush(): Promise<void> {}

  /** Forgets the open spans. */
  async shutdown(): Promise<void> {
    this.#pricedBelow.clear();
  }

  /**
   * Whether a span that ended earlier has this response with its usage and cost, such as the OpenAI instrumentation's
   * span below LangChain's. Without `onEnding` it cannot be distinguished from the span's own record.
   */
  #isRecordedElsewhere(responseId: unknown): boolean {
    return this.#sdkSaysEnding && typeof responseId === 'string' && isResponseRecorded(responseId);
  }

  #price(span: EndingSpan, set: (name: string, value: string | number) => void): void {
    try {
      const { attributes } = span;
      const models = this.#pricedBelow.take(span);
      const read = readFacts(attributes, span.name, span.instrumentationScope?.name);
      if (read === undefined) {
        this.#pricedBelow.add(span, models);
        return;
      }
      const { facts, provider, model } = read;
      this.#pricedBelow.addCall(span, facts, models);
      if (facts.role === 'wrapper' || PricedBelow.has(models, model)) return;
      const statedCost = withOwnSource(facts.cost, attributes);
      if (!mayBePriced(attributes, statedCost, this.#prices)) return;
      // Nothing was billed, so there is no cost to write.
      if (facts.usage === undefined && isRefused(errorOf(span), facts, span)) return;
      if (facts.usage === undefined && this.#isRecordedElsewhere(facts.responseId)) return;
      const request = requestOf({ startTimeUnixNano: nanosOf(span.startTime) }, read);
      const cost = decideCost({ ...request, statedCost }, this.#prices);
      if (statedCost !== undefined && !('source' in cost && cost.source === 'custom')) return;
      writeCost(cost, set);
      if ('unpriced' in cost && facts.usage !== undefined) {
        this.#warning.warn(provider ?? '', model ?? '', cost.unpriced);
      }
    } catch (error) {
      if (this.#warned) return;
      this.#warned = true;
      diag.warn('userspan: a call could not be priced', error);
    }
  }
}

/**
 * Whether a call has no cost yet, or a cost that an own price replaces. A cost from Userspan stays, so that two
 * processors never give one call two costs.
 */
function mayBePriced(
  attributes: Attributes,
  statedCost: StatedCost | undefined,
  prices: PriceOptions | undefined,
): boolean {
  if (attributes[ATTR_COST_SOURCE] !== undefined || attributes[ATTR_COST_UNPRICED] !== undefined)
    return false;
  if (statedCost === undefined) return attributes[ATTR_COST] === undefined;
  return prices !== undefined;
}

function writeCost(cost: CallCost, set: (name: string, value: string | number) => void): void {
  const attributes = costAttributes('unpriced' in cost ? cost : { ...cost, usd: Number(cost.usd) });
  for (const name of Object.keys(attributes)) set(name, attributes[name] as string | number);
}

function nanosOf([seconds, nanos]: readonly [number, number]): bigint {
  return BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanos));
}
