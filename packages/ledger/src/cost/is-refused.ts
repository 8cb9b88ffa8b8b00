import { ATTR_TIME_TO_FIRST_CHUNK } from '@userspan/core/semconv';
import type { CallFacts } from '../dialects/dialect.ts';
import { own } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

/** Where the instrumentation writes what the vendor answered: names old and new. */
const STATUS_KEYS = ['http.response.status_code', 'http.status_code'];

/** Statuses after which a model may have worked all the same: somebody on the way did not want to wait. */
const TIMEOUTS: ReadonlySet<number> = new Set([408, 499, 504, 522, 524]);

/** Errors that vendors' libraries make of an answer of 400 and above, without their packages. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AuthenticationError',
  'BadRequestError',
  'ConflictError',
  'InternalServerError',
  'NotFoundError',
  'OverloadedError',
  'PermissionDeniedError',
  'RateLimitError',
  'RequestTooLargeError',
  'ServiceUnavailableError',
  'UnprocessableEntityError',
]);

/**
 * Whether a failed call was turned away before a model did anything, so that nobody was billed: the vendor answered with
 * an error, and nothing of an answer is known.
 *
 * A call that was aborted, timed out, lost its connection or broke half way may have been billed: that is no refusal.
 */
export function isRefused(error: string | undefined, facts: CallFacts, attributes: Attributes): boolean {
  if (error === undefined || facts.usage !== undefined || facts.responseId !== undefined) return false;
  if (own(attributes, ATTR_TIME_TO_FIRST_CHUNK) !== undefined) return false;
  const status = statusOf(error, attributes);
  if (status !== undefined) return status >= 400 && status <= 599 && !TIMEOUTS.has(status);
  return REFUSALS.has(error.slice(error.lastIndexOf('.') + 1));
}

/** `error.type` may be the status itself. */
function statusOf(error: string, attributes: Attributes): number | undefined {
  for (const key of STATUS_KEYS) {
    const value = own(attributes, key);
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  }
  return /^[1-9]\d\d$/.test(error) ? Number(error) : undefined;
}
