/** Why a request was refused. */
export type RefusalReason =
  | 'malformed'
  | 'too-large'
  | 'too-slow'
  | 'unsupported'
  | 'loop'
  | 'busy'
  | 'unavailable';

/** The request was refused. `busy` and `unavailable` are temporary: the sender should retry. */
export interface Refusal {
  readonly taken: false;
  readonly reason: RefusalReason;
  readonly message: string;
}

/**
 * The request is durable, except for `rejected` spans, for which a retry would not help. The message says what was
 * rejected, and what was accepted without being used; empty if everything is used.
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
