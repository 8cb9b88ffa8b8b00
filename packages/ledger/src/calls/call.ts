import type { User } from '@userspan/core';
import type { Usage } from '@userspan/pricing';
import type { StatedCost } from '../cost/stated-cost.ts';

/** The cost of a call: exact US dollars with their source, or the reason why it has none. */
export type CallCost =
  | {
      /** An exact decimal without an exponent: `0.00000885`. */
      readonly usd: string;
      /**
       * The project's own price (`custom`), the cost reported by the provider or a gateway, the cost computed by the
       * sender, or the list price. `unbilled`: the provider refused the call, so it cost nothing.
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
  /** Name of the dialect by which the span was read. */
  readonly dialect: string;
  /** `chat`, `embeddings`, … */
  readonly operation: string;
  readonly provider?: string;
  /** The response's model, otherwise the request's. */
  readonly model?: string;
  readonly requestModel?: string;
  readonly responseId?: string;
  /** The response's service tier. */
  readonly serviceTier?: string;
  /** The request's service tier. */
  readonly requestServiceTier?: string;
  /** Base URL of the API, if the span has it. It determines the provider. */
  readonly baseUrl?: string;
  readonly usage: Usage;
  /** Whether the counts are the app's own estimate. */
  readonly usageEstimated: boolean;
  readonly cost: CallCost;
  /** The cost that the span itself states. Kept, because repricing needs it. */
  readonly statedCost?: StatedCost;
  /** Nanoseconds until the first chunk of a streamed answer. */
  readonly firstChunkNs?: number;
  /** Type of the error, when the call failed. */
  readonly error?: string;
  /** The user that the span itself names. The owner may be another one (see `resolveTrace`). */
  readonly user?: User;
  /** Whether the user is only claimed, by an unverified sender. */
  readonly userClaimed: boolean;
  /** Why the user id on the span was refused. */
  readonly userRefused?: string;
  readonly threadId?: string;
  readonly tags: readonly string[];
  /** `service.name` of the resource. */
  readonly service?: string;
  /** Whether this is a span around calls with its own usage. It counts only while no call below it is known. */
  readonly wrapper: boolean;
}

/** The key of a call: trace id and span id. */
export function callKey(call: { readonly traceId: string; readonly spanId: string }): string {
  return `${call.traceId}:${call.spanId}`;
}
