import type { Message } from '../content/message.ts';
import type { ToolCall } from './tool-call.ts';

/** The result of a call as known so far, filled while the answer is read. */
export interface Outcome {
  responseId?: string | undefined;
  model?: string | undefined;
  finishReasons?: string[] | undefined;
  serviceTier?: string | undefined;
  fingerprint?: string | undefined;
  /** The provider's unchanged usage object. */
  usage?: unknown;
  /** The answer that contains `usage`, if it has further billed units: tools, vector graphics. */
  answer?: unknown;
  /** `output` of a response, which contains billed tools. */
  output?: readonly unknown[] | undefined;
  /** Pictures in the answer. */
  images?: number | undefined;
  imageSize?: string | undefined;
  imageQuality?: string | undefined;
  dimensions?: number | undefined;
  /** `error.type`, if the answer itself reports a failure. */
  failure?: string | undefined;
  /** Whether the answer is an error that costs nothing. */
  isRefused?: boolean | undefined;
  /** The messages of the answer, if content is captured or tokens may have to be estimated. */
  messages?: readonly Message[] | undefined;
  /** Whether a background response is not complete yet. */
  isPending?: boolean | undefined;
  /** Path at which a pending job is polled: `/videos/ID`. */
  pollPath?: string | undefined;
  /** Usage by model, if one request used several. Each becomes a call below this span. */
  modelUsages?: readonly ModelUsage[] | undefined;
  /** Whether some of them were recorded before the end of the stream, and removed. */
  areUsagesRecorded?: boolean | undefined;
  /** Whether a subagent has a model of its own, so that the model of subagents' turns is unknown. */
  isSubagentModelUnknown?: boolean | undefined;
  /** Tool calls, by the agent's turn that made them. */
  turnTools?: Map<string, ToolCall[]> | undefined;
}

/** Usage of one model in a request with several models, or in one of several turns. */
export interface ModelUsage {
  readonly model: string | undefined;
  readonly usage: unknown;
  /** Tool calls that are billed in addition to the usage, as in the `output` of a response. */
  readonly tools?: readonly object[] | undefined;
  readonly responseId?: string | undefined;
  /** Whether it is a turn whose end has not been seen. */
  readonly isOpen?: boolean;
  readonly failure?: string | undefined;
  /** The service tier of the session. Turns do not name theirs. */
  readonly serviceTier?: string | undefined;
  /** Whether its prompt is cached for 12 hours. */
  readonly isKeptLong?: boolean;
  /** Id of the subagent whose usage is unknown. */
  readonly subagentId?: string | undefined;
  /** The reason for a missing cost, if it is already known. */
  readonly unpriced?: string | undefined;
}

/**
 * An empty outcome. The fields of text answers exist from the start, because adding fields to an object copies it
 * repeatedly. Fields of images, audio and jobs are added when needed.
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
