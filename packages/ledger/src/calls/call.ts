import type { User } from '@userspan/core';
import type { Usage } from '@userspan/pricing';
import type { StatedCost } from '../cost/stated-cost.ts';

/** What a call cost: exact US dollars and where they come from, or the reason why it has none. */
export type CallCost =
  | {
      /** An exact decimal, never in exponents: `0.00000885`. */
      readonly usd: string;
      /**
       * An own price (`custom`), what the provider or a gateway reported, what the sender computed, the price list; or
       * `unbilled`: the provider refused the call, so it cost nothing.
       */
      readonly source: 'custom' | 'provider' | 'computed' | 'list' | 'unbilled';
      /** Date of the price, `YYYY-MM-DD`. */
      readonly asOf?: string;
    }
  | { readonly unpriced: string };

/** One inference request, from any instrumentation. */
export interface Call {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  /** Name of the dialect it was read in. */
  readonly dialect: string;
  /** `chat`, `embeddings`, … */
  readonly operation: string;
  readonly provider?: string;
  /** The model that answered, else the one that was asked for. */
  readonly model?: string;
  readonly requestModel?: string;
  readonly responseId?: string;
  /** The tier that answered. */
  readonly serviceTier?: string;
  /** The tier that was asked for. */
  readonly requestServiceTier?: string;
  /** Base URL of the API, where the span tells it; the provider follows from it. */
  readonly baseUrl?: string;
  readonly usage: Usage;
  /** The counts are the app's own estimate, not the provider's. */
  readonly usageEstimated: boolean;
  readonly cost: CallCost;
  /** What the span itself states about its cost; a repricing weighs it again. */
  readonly statedCost?: StatedCost;
  /** Nanoseconds until the first chunk of a streamed answer. */
  readonly firstChunkNs?: number;
  /** Type of the error, when the call failed. */
  readonly error?: string;
  /** The user that the span itself names; the trace may know another (see `resolveTrace`). */
  readonly user?: User;
  /** The user is only claimed, by a sender that anyone could be. */
  readonly userClaimed: boolean;
  /** Why the id that the span names was refused. */
  readonly userRefused?: string;
  readonly threadId?: string;
  readonly tags: readonly string[];
  /** `service.name` of the resource. */
  readonly service?: string;
  /** A span around calls that has usage of its own: counts only while no call below it is known. */
  readonly wrapper: boolean;
}

/** The name of a call everywhere: trace id and span id. */
export function callKey(call: { readonly traceId: string; readonly spanId: string }): string {
  return `${call.traceId}:${call.spanId}`;
}
