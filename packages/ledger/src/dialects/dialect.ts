import type { Usage } from '@userspan/pricing';
import type { StatedCost } from '../cost/stated-cost.ts';
import type { Attributes } from '../span.ts';

/** The facts of one span in one dialect, under common names; absent where the span does not state them. */
export interface CallFacts {
  /** A `call` is one inference request; a `wrapper` stands around calls and repeats their usage. */
  readonly role: 'call' | 'wrapper';
  readonly operation?: string | undefined;
  readonly provider?: string | undefined;
  /** The model that answered. */
  readonly responseModel?: string | undefined;
  readonly requestModel?: string | undefined;
  /** The provider's id of the response; `null` where the span names one that is the sender's own. */
  readonly responseId?: string | null | undefined;
  readonly usage?: Usage | undefined;
  /** The counts are an estimate of the app's own. */
  readonly usageEstimated?: boolean | undefined;
  /** The cost that the span itself states. */
  readonly cost?: StatedCost | undefined;
  /** The span states a cost that is none: no other dialect may read it. */
  readonly costIsUnknown?: boolean | undefined;
  /** The tier that answered. */
  readonly responseTier?: string | undefined;
  readonly requestTier?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** One vendor's way of writing GenAI spans: the names of user, thread and tags, and how to read a call. */
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
  /** JSON maps in which the application put its own `userId`, `threadId`, … */
  readonly metadataKeys: readonly string[];
  /** Beginnings of the names under which each entry of the application's own metadata is an attribute. */
  readonly metadataPrefixes?: readonly string[];
  /** The facts of a span in this dialect; `undefined` for any other span. */
  readonly readCall: (attributes: Attributes, name: string) => CallFacts | undefined;
}
