import type { PriceOptions } from '@userspan/pricing';
import type { AliasEvent } from '../identity/aliases.ts';
import type { Call } from './call.ts';
import { makeCall } from './make-call.ts';
import { readFacts } from './read-facts.ts';
import type { Span } from '../span.ts';
import { threadOf } from '../identity/thread-of.ts';
import { traceSpanOf } from '../attribution/trace-span.ts';
import type { TraceSpan } from '../attribution/trace-span.ts';
import { userOfSpan } from '../identity/user-of.ts';
import type { UserOnSpan } from '../identity/user-of.ts';
import type { IdentityRules } from '../identity/identity-rules.ts';
import { ANONYMOUS_PREFIX, ATTR_ALIAS_FROM } from '@userspan/core/semconv';
import { own } from '../reading/read-attribute.ts';
import { checkId } from '../identity/check-id.ts';

/** How spans are read. */
export interface ReadOptions {
  /** Own prices; they come before what spans state, and before the list. */
  readonly prices?: PriceOptions;
  /** Which attributes name the user. Default: the built-in order. */
  readonly identity?: IdentityRules;
  /** The sender is one that anyone could be, such as a browser: nothing it names is verified. Default: as the span tells. */
  readonly claimed?: boolean;
}

/** Everything that one span alone tells. */
export interface SpanReading {
  /** What the trace needs to know of this span, whatever it is. */
  readonly traceSpan: TraceSpan;
  /** The user that the span itself names. */
  readonly user: UserOnSpan;
  /** The call it is, or may be: a wrapper with usage counts only while no call below it is known. */
  readonly call?: Call;
  /** Another id that is the same person, as the span tells. */
  readonly alias?: AliasEvent;
}

/**
 * Reads the call that a span records, in whichever dialect; `undefined` for wrappers and for every other span.
 *
 * Its user is only the one that the span itself names; {@link resolveTrace} finds the owner.
 */
export function callOf(span: Span, options: ReadOptions = {}): Call | undefined {
  const { call } = readSpan(span, options);
  return call === undefined || call.wrapper ? undefined : call;
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** Reads a span whole: its call, its user and its record for the trace. Never throws, whatever the span holds. */
export function readSpan(span: Span, options: ReadOptions = {}): SpanReading {
  const named = userOfSpan(span, options.identity);
  const user = options.claimed === true && !named.claimed ? { ...named, claimed: true } : named;
  const threadId = threadOf(span.attributes);
  const facts = readFacts(span.attributes, span.name, span.scope.name);
  const call = facts === undefined ? undefined : makeCall(span, facts, user, threadId, options.prices);
  const traceSpan = traceSpanOf(span, user, threadId, call);
  const alias = aliasOf(span, user);
  const reading: Mutable<SpanReading> = { traceSpan, user };
  if (call !== undefined) reading.call = call;
  if (alias !== undefined) reading.alias = alias;
  return reading;
}

/**
 * Reads from a span that two ids are one person: `userspan.alias.from` is the span's own user from before.
 *
 * A browser can claim any id, so a claimed alias holds for an anonymous id alone: those are random, and
 * cannot be guessed.
 */
function aliasOf(span: Span, { user, claimed }: UserOnSpan): AliasEvent | undefined {
  if (user === undefined) return undefined;
  const from = checkId(own(span.attributes, ATTR_ALIAS_FROM), ATTR_ALIAS_FROM);
  if (from === undefined || 'refused' in from || from.id === user.id) return undefined;
  if (claimed && !from.id.startsWith(ANONYMOUS_PREFIX)) return undefined;
  return { from: from.id, to: user.id, atUnixNano: span.startTimeUnixNano };
}
