import type { Context } from '@opentelemetry/api';
import { diag } from '@opentelemetry/api';
import { parsePrices } from '@userspan/pricing';
import { readSpan } from '../calls/read-span.ts';
import type { ReadOptions } from '../calls/read-span.ts';
import { fromReadableSpan } from './from-readable-span.ts';
import type { ReadableSpanLike } from './from-readable-span.ts';
import { LiveTraces } from './live-traces.ts';
import type { CallFigures, EvictedFigures, UserSummary } from './user-summary.ts';
import { UserTable } from './user-table.ts';

/** Options of {@link SpanToUserProcessor}. */
export interface SpanToUserOptions extends ReadOptions {
  /**
   * Maximum number of users. The least recently seen one is evicted, and its totals are added to those of all evicted
   * users. Default 10,000.
   */
  readonly maxUsers?: number;
  /**
   * Maximum number of traces that are kept open for late spans. The oldest is closed first; its calls stay counted.
   * Default 1,000.
   */
  readonly maxTraces?: number;
  /** Maximum number of spans per trace. A trace with more is closed and started again. Default 5,000. */
  readonly maxSpansPerTrace?: number;
}

/**
 * Computes users with their calls and cost from finished spans, inside the process. For apps without a collector.
 *
 * A span processor for OpenTelemetry SDK 2.12 and 3.1. It does not change spans, and uses the same rules as the
 * collector, so that {@link SpanToUserProcessor.users} and `GET /api/users` have exactly the same figures. Its memory
 * is bounded.
 *
 * @example
 * ```ts
 * const ledger = new SpanToUserProcessor();
 * const provider = new NodeTracerProvider({ spanProcessors: [new UserSpanProcessor(), ledger] });
 * console.table(ledger.users());
 * ```
 */
export class SpanToUserProcessor {
  readonly #options: SpanToUserOptions;
  readonly #users: UserTable;
  readonly #traces: LiveTraces;
  #warned = false;
  #lastNow = 0n;

  /** @throws RangeError for an invalid limit, TypeError for invalid prices. */
  constructor(options: SpanToUserOptions = {}) {
    if (options.prices !== undefined) parsePrices(options.prices);
    this.#options = options;
    this.#users = new UserTable(limit('maxUsers', options.maxUsers, 10_000));
    this.#traces = new LiveTraces(this.#users, {
      maxTraces: limit('maxTraces', options.maxTraces, 1_000),
      maxSpansPerTrace: limit('maxSpansPerTrace', options.maxSpansPerTrace, 5_000),
    });
  }

  /** All known users, ordered by id. Includes calls of open traces. */
  users(): readonly UserSummary[] {
    this.#traces.decideChanged();
    return this.#users.summaries();
  }

  /** The figures of the calls without a user. */
  unattributed(): CallFigures {
    this.#traces.decideChanged();
    return this.#users.unattributed();
  }

  /**
   * The figures of users that were evicted because there were more than `maxUsers`. Together with {@link users} and
   * {@link unattributed} they cover all calls.
   */
  evictedUsers(): EvictedFigures {
    this.#traces.decideChanged();
    return this.#users.evicted();
  }

  /** Declares that an (anonymous) id belongs to a user. Applies to past calls, too. */
  alias(from: string, to: string): void {
    this.#users.addAlias({ from, to, atUnixNano: this.#now() });
  }

  /** Removes an alias. */
  unalias(from: string): void {
    this.#users.addAlias({ from, to: null, atUnixNano: this.#now() });
  }

  /** Does nothing: spans are read when they end. */
  onStart(_span: unknown, _parentContext: Context): void {}

  /** Reads a finished span. Never throws. */
  onEnd(span: ReadableSpanLike): void {
    try {
      const read = fromReadableSpan(span);
      this.#traces.add(read, readSpan(read, this.#options));
    } catch (error) {
      if (this.#warned) return;
      this.#warned = true;
      diag.warn('userspan: a span could not be read; its call is not counted', error);
    }
  }

  /** Does nothing: nothing is buffered. */
  async forceFlush(): Promise<void> {}

  /** Does nothing: the figures can still be read. */
  async shutdown(): Promise<void> {}

  /** A strictly increasing time, so that the later of two alias events wins. */
  #now(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#lastNow = now > this.#lastNow ? now : this.#lastNow + 1n;
    return this.#lastNow;
  }
}

function limit(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`SpanToUserProcessor: ${name} must be a whole number above 0, not ${String(value)}`);
}
