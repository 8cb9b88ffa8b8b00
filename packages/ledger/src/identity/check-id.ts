import { MAX_ID_LENGTH } from '@userspan/core/internal';

/** Why an id is refused. A fixed set of words, so that refusals can be counted by reason. */
export type RefusedReason =
  | 'too_long'
  | 'not_text'
  | 'not_whole_number'
  | 'not_unicode'
  | 'placeholder'
  | 'blank'
  | 'scrubbed'
  | 'trace_id';

/** An id, or why it was refused. */
export type CheckedId =
  | { readonly id: string }
  | { readonly refused: string; readonly reason: RefusedReason };

/**
 * In Unicode mode this matches lone surrogates only, not those of a pair. Decoders replace invalid bytes by U+FFFD, so
 * two different damaged ids may look the same.
 */
const DAMAGED = /[\p{Surrogate}\u{FFFD}]/u;
/** Only spaces, control characters and characters without width. */
const INVISIBLE = /^[\s\p{Cc}\p{Cf}]*$/u;
/**
 * Values that programs send if they have no id, in lower case. Numbers are not included, because `0` may be the first
 * user of a table.
 */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  // Empty values of languages, databases and templates.
  'undefined',
  'null',
  'none',
  'nan',
  'nil',
  'n/a',
  '-',
  '(null)',
  '(none)',
  '<nil>',
  '<null>',
  '<none>',
  '{}',
  '[]',
  'true',
  'false',
  '[object object]',
  '[object promise]',
  '00000000-0000-0000-0000-000000000000',
  // Ids of users who are not signed in: Spring Security's principal, and ids that Mixpanel and PostHog refuse.
  'anonymous',
  'anonymoususer',
  'guest',
  'unknown',
  'not_authenticated',
  // Sent by LiteLLM's proxy for its master key.
  'default_user_id',
]);

/**
 * Checks the value of an attribute that should be an id. The id is accepted unchanged or refused with a reason.
 * `undefined` if there is no value.
 *
 * @param traceId the id of the span's trace, which some clients send if they know no user
 */
export function checkId(value: unknown, key: string, traceId?: string): CheckedId | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'bigint') return { id: String(value) };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return { id: String(value) };
    return { refused: `${key} is a number that is no whole number`, reason: 'not_whole_number' };
  }
  if (typeof value !== 'string') return { refused: `${key} is not a text`, reason: 'not_text' };
  if (value.length > MAX_ID_LENGTH) {
    return { refused: `${key} is longer than ${MAX_ID_LENGTH} characters`, reason: 'too_long' };
  }
  if (DAMAGED.test(value)) return { refused: `${key} is not well-formed Unicode`, reason: 'not_unicode' };
  const bare = value.trim();
  if (INVISIBLE.test(bare)) return { refused: `${key} is blank`, reason: 'blank' };
  if (PLACEHOLDERS.has(bare.toLowerCase()))
    return { refused: `${key} is "${bare}", which is no id`, reason: 'placeholder' };
  if (bare.startsWith('[Scrubbed due to ')) {
    return { refused: `${key} was scrubbed by the sender`, reason: 'scrubbed' };
  }
  if (traceId !== undefined && value === traceId)
    return { refused: `${key} is the id of the trace`, reason: 'trace_id' };
  return { id: value };
}
