/** Why a request was not taken. */
export type RefusalReason = 'malformed' | 'too-large' | 'too-slow' | 'unsupported' | 'busy' | 'unavailable';

/** The request was not taken. `busy` and `unavailable` pass: the sender should try again. */
export interface Refusal {
  readonly taken: false;
  readonly reason: RefusalReason;
  readonly message: string;
}

/**
 * The request is durable, except for `rejected` of its spans, which sending again would not fix. The message says what was
 * rejected, and what was accepted and is not used; empty where everything is.
 */
export interface Acceptance {
  readonly taken: true;
  readonly rejected: number;
  readonly message: string;
}

export type Outcome = Acceptance | Refusal;

export function refuse(reason: RefusalReason, message: string): Refusal {
  return { taken: false, reason, message };
}

/** Seconds to wait before trying again, for `Retry-After`. */
export const RETRY_AFTER_SECONDS = 2;
