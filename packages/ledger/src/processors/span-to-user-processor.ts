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
  /** Users kept; the one not seen longest is evicted first, into one row. Default 10,000. */
  readonly maxUsers?: number;
  /** Traces kept open for late spans; the oldest is closed first, its calls stay counted. Default 1,000. */
  readonly maxTraces?: number;
  /** Spans of one trace kept; a trace with more is closed and started over. Default 5,000. */
  readonly maxSpansPerTrace?: number;
}

/**
 * Turns finished spans into users with their calls and cost, inside the process: for apps without a collector.
 *
 * Takes part in any OpenTelemetry SDK 2.12 or 3.1 as a span processor, changes no span, and uses the collector's own
 * rules, so that {@link SpanToUserProcessor.users} and `GET /api/users` agree to the last digit. Its memory is bounded.
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

  /** @throws RangeError for a limit that is none, TypeError for prices that cannot be read. */
  constructor(options: SpanToUserOptions = {}) {
    if (options.prices !== undefined) parsePrices(options.prices);
    this.#options = options;
    this.#users = new UserTable(limit('maxUsers', options.maxUsers, 10_000));
    this.#traces = new LiveTraces(this.#users, {
      maxTraces: limit('maxTraces', options.maxTraces, 1_000),
      maxSpansPerTrace: limit('maxSpansPerTrace', options.maxSpansPerTrace, 5_000),
    });
  }

  /** Every user known, in the order of their ids; calls of traces that are still open are included. */
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
   * The figures of users that were evicted because there are more than `maxUsers`. Together with {@link users} and
   * {@link unattributed} they are the figures of all calls.
   */
  evictedUsers(): EvictedFigures {
    this.#traces.decideChanged();
    return this.#users.evicted();
  }

  /** Says that an id (an anonymous one) belongs to a user, past calls included. */
  alias(from: string, to: string): void {
    this.#users.noteAlias({ from, to, atUnixNano: this.#now() });
  }

  /** Takes an alias back. */
  unalias(from: string): void {
    this.#users.noteAlias({ from, to: null, atUnixNano: this.#now() });
  }

  /** Does nothing: a span is read when it is finished. */
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

  /** Nothing is waiting to go anywhere. */
  async forceFlush(): Promise<void> {}

  /** Keeps the figures, so that they can be read at the end. */
  async shutdown(): Promise<void> {}

  /** Later at every call, so that of two words the second counts. */
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
