import type { Usage } from '@userspan/pricing';
import type { StatedCost } from '../cost/stated-cost.ts';
import type { Attributes } from '../span.ts';

/** The facts of one span in one dialect, under common names. Facts that the span does not state are absent. */
export interface CallFacts {
  /** A `call` is one inference request; a `wrapper` is a span around calls that repeats their usage. */
  readonly role: 'call' | 'wrapper';
  readonly operation?: string | undefined;
  readonly provider?: string | undefined;
  /** The response's model. */
  readonly responseModel?: string | undefined;
  readonly requestModel?: string | undefined;
  /** The provider's id of the response; `null` if the id on the span is one of the sender. */
  readonly responseId?: string | null | undefined;
  readonly usage?: Usage | undefined;
  /** Whether the counts are the app's own estimate. */
  readonly usageEstimated?: boolean | undefined;
  /** The cost that the span itself states. */
  readonly cost?: StatedCost | undefined;
  /** Whether the cost on the span is not a real one, so that no other dialect may read it. */
  readonly costIsUnknown?: boolean | undefined;
  /** The response's service tier. */
  readonly responseTier?: string | undefined;
  readonly requestTier?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** One vendor's format of GenAI spans: attribute names of user, thread and tags, and how to read a call. */
export interface Dialect {
  readonly name: string;
  /** Names of the user's id, best first. */
  readonly userIdKeys: readonly string[];
  /** Names of the thread's id, best first. */
  readonly threadKeys: readonly string[];
  /** Names of tags. */
  readonly tagKeys: readonly string[];
  /** Names of the tenant that the user belongs to. */
  readonly groupKeys?: readonly string[];
  /** Attributes with a JSON object of the application's own metadata, such as `userId` and `threadId`. */
  readonly metadataKeys: readonly string[];
  /** Prefixes of attributes that each contain one entry of the application's own metadata. */
  readonly metadataPrefixes?: readonly string[];
  /** The facts of a span in this dialect; `undefined` for any other span. */
  readonly readCall: (attributes: Attributes, name: string) => CallFacts | undefined;
}
