import { ATTR_TIME_TO_FIRST_CHUNK } from '@userspan/core/semconv';
import type { EndedSpan } from '../calls/error-of.ts';
import type { CallFacts } from '../dialects/dialect.ts';
import { own, readText } from '../reading/read-attribute.ts';

/** Where the instrumentation writes the status of the provider's answer. */
const STATUS_KEYS = ['http.response.status_code', 'http.status_code', 'error.code'];

/** Statuses of a time-out on the way: the model may have worked all the same. */
const TIMEOUTS: ReadonlySet<number> = new Set([408, 499, 504, 522, 524]);

/** Names of the errors that libraries make of an answer of 400 and above, without the package name. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AuthenticationError',
  'BadRequestError',
  'ConflictError',
  'InternalServerError',
  'ModelHTTPError',
  'ModelRequestRejectedError',
  'NotFoundError',
  'OverloadedError',
  'PermissionDeniedError',
  'RateLimitError',
  'RequestTooLargeError',
  'ServiceUnavailableError',
  'UnprocessableEntityError',
]);

/**
 * The AI SDK makes this error of every bad answer and of a missing one; a message for a missing answer begins in one of
 * these ways.
 */
const AI_SDK_ERROR = 'AI_APICallError';
const NO_REFUSAL =
  /^(?:Cannot connect|Invalid JSON|Failed to process|Type validation|Empty response|Invalid response)/i;

/**
 * Whether a failed call was turned away before a model did anything, so that nothing was billed: the provider answered
 * with an error, and nothing of an answer is known.
 *
 * A call that was aborted, timed out, lost its connection or broke half way may have been billed: that is no refusal.
 */
export function isRefused(error: string | undefined, facts: CallFacts, span: EndedSpan): boolean {
  if (error === undefined || facts.usage !== undefined || typeof facts.responseId === 'string') return false;
  const { attributes } = span;
  if (own(attributes, ATTR_TIME_TO_FIRST_CHUNK) !== undefined) return false;
  const status = statusOf(error, span) ?? statusInText(span);
  if (status !== undefined) return status >= 400 && status <= 599 && !TIMEOUTS.has(status);
  const name = error.slice(error.lastIndexOf('.') + 1);
  if (name === AI_SDK_ERROR) return !messagesOf(span).some((message) => NO_REFUSAL.test(message));
  return REFUSALS.has(name);
}

/** `error.type` may be the status itself. */
function statusOf(error: string, { attributes }: EndedSpan): number | undefined {
  for (const key of STATUS_KEYS) {
    const value = own(attributes, key);
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
    if (typeof value === 'string' && IS_STATUS.test(value)) return Number(value);
  }
  return IS_STATUS.test(error) ? Number(error) : undefined;
}

const IS_STATUS = /^[1-9]\d\d$/;
/** As the libraries of OpenAI and Anthropic word it: Python's `Error code: 400 - …`, JavaScript's `400 …`. */
const STATUS_IN_TEXT =
  /\bError code: ([45]\d\d)\b|\bstatus[ _]?code:? ([45]\d\d)\b|^(?:Error: )?([45]\d\d)(?= \S)/i;
const MAX_SEARCHED = 400;

/**
 * The part of an error's message that `isRefused` decides by, from index `start` up to `end`; `undefined` where there is none. Whoever
 * shortens a message has to keep it: without it, a refused call has no cost, and a lost answer may seem to be free.
 */
export function refusalEvidenceIn(
  message: string,
): { readonly start: number; readonly end: number } | undefined {
  const found = findStatus(message) ?? NO_REFUSAL.exec(message);
  return found === null ? undefined : { start: found.index, end: found.index + found[0].length };
}

function findStatus(message: string): RegExpExecArray | null {
  return STATUS_IN_TEXT.exec(message.slice(0, MAX_SEARCHED));
}

/** The status where only the text of the error tells it. */
function statusInText(span: EndedSpan): number | undefined {
  for (const message of messagesOf(span)) {
    const found = findStatus(message);
    if (found !== null) return Number(found[1] ?? found[2] ?? found[3]);
  }
  return undefined;
}

function messagesOf({ attributes, status, events }: EndedSpan): readonly string[] {
  const messages: string[] = [];
  if (status.message !== undefined) messages.push(status.message);
  for (const key of ['langfuse.observation.status_message', 'error.message']) {
    const text = readText(attributes, key);
    if (text !== undefined) messages.push(text);
  }
  for (const event of events) {
    const message = event.name === 'exception' ? event.attributes?.['exception.message'] : undefined;
    if (typeof message === 'string') messages.push(message);
  }
  return messages;
}
