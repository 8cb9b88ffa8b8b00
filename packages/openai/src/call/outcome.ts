import type { Message } from '../content/message.ts';

/** What is known so far of how a call went; filled while the answer is read. */
export interface Outcome {
  responseId?: string | undefined;
  model?: string | undefined;
  finishReasons?: string[] | undefined;
  serviceTier?: string | undefined;
  fingerprint?: string | undefined;
  /** The provider's usage object as it came. */
  usage?: unknown;
  /** The answer that `usage` is part of, where it states billed units beside it: tools, vector graphics. */
  answer?: unknown;
  /** `output` of a response: tools that are billed are counted there. */
  output?: readonly unknown[] | undefined;
  /** Pictures in the answer. */
  images?: number | undefined;
  imageSize?: string | undefined;
  imageQuality?: string | undefined;
  /** Length of audio that was heard, in seconds. */
  seconds?: number | undefined;
  dimensions?: number | undefined;
  /** `error.type`, where the answer itself says that it failed. */
  failure?: string | undefined;
  /** Whether the answer is an error that costs nothing. */
  isRefused?: boolean | undefined;
  /** The messages of the answer, where content is captured or tokens may have to be counted. */
  messages?: readonly Message[] | undefined;
  /** Whether a response that runs in the background is not done yet. */
  isPending?: boolean | undefined;
  /** Path that a pending job is polled at: `/videos/ID`. */
  pollPath?: string | undefined;
  /** Usage by model, where one request ran several: each becomes a call below this span. */
  modelUsages?: readonly ModelUsage[] | undefined;
  /** Calls of tools that are billed, by the turn of an agent that made them. */
  turnTools?: Map<string, object[]> | undefined;
}

/** What one model used in a request that ran several, or in one turn of several. */
export interface ModelUsage {
  readonly model: string | undefined;
  readonly usage: unknown;
  /** Calls of tools that are billed beside the usage, as in the `output` of a response. */
  readonly tools?: readonly object[] | undefined;
  readonly responseId?: string | undefined;
  /** Whether it is a turn whose end has not been seen. */
  readonly isOpen?: boolean;
  readonly failure?: string | undefined;
  /** Whether its prompt is kept for 12 hours. */
  readonly isKeptLong?: boolean;
  /** Id of the subagent that this stands for, whose usage is not known. */
  readonly subagentId?: string | undefined;
  /** Why there is no cost, where that is known already. */
  readonly unpriced?: string | undefined;
}

/**
 * Nothing is known yet. The fields of answers that have text are there from the start, because an object that grows is
 * copied again and again; those of pictures, sound and jobs are added where they come.
 */
export function unknownOutcome(): Outcome {
  return {
    responseId: undefined,
    model: undefined,
    finishReasons: undefined,
    serviceTier: undefined,
    fingerprint: undefined,
    usage: undefined,
    answer: undefined,
    output: undefined,
    failure: undefined,
    isPending: undefined,
  };
}
