import { ATTR_TIME_TO_FIRST_CHUNK } from '@userspan/core/semconv';
import type { EndedSpan } from '../calls/error-of.ts';
import type { CallFacts } from '../dialects/dialect.ts';
import { own, readText } from '../reading/read-attribute.ts';

/** Attributes with the HTTP status of the provider's answer. */
const STATUS_KEYS = ['http.response.status_code', 'http.status_code', 'error.code'];

/** Statuses of time-outs on the way, after which the model may still have done the work. */
const TIMEOUTS: ReadonlySet<number> = new Set([408, 499, 504, 522, 524]);

/** Names of errors that libraries throw for an answer with status 400 and above, without the package name. */
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
 * The AI SDK throws this error for every bad answer and for a missing one. Messages for a missing answer begin with one
 * of these.
 */
const AI_SDK_ERROR = 'AI_APICallError';
const NO_REFUSAL =
  /^(?:Cannot connect|Invalid JSON|Failed to process|Type validation|Empty response|Invalid response)/i;

/**
 * Whether a failed call was refused before a model did any work, so that nothing was billed: the provider answered with
 * an error, and there is no part of a model's answer.
 *
 * A call that was aborted, timed out, lost its connection or stopped halfway may have been billed, so it is not a
 * refusal.
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
/** Messages of the libraries of OpenAI and Anthropic: `Error code: 400 - …` in Python, `400 …` in JavaScript. */
const STATUS_IN_TEXT =
  /\bError code: ([45]\d\d)\b|\bstatus[ _]?code:? ([45]\d\d)\b|^(?:Error: )?([45]\d\d)(?= \S)/i;
const MAX_SEARCHED = 400;

/**
 * The part of an error's message that `isRefused` uses, from index `start` to `end`; `undefined` if there is none. Code
 * that shortens a message must keep this part. Otherwise a refused call has no cost, and a lost answer may look free.
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

/** The status from the error's message. */
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
