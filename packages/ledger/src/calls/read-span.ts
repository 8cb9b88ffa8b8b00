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

/** Options for reading spans. */
export interface ReadOptions {
  /** Own prices. They take precedence over costs on spans and over the list. */
  readonly prices?: PriceOptions;
  /** Which attributes name the user. Default: the built-in order. */
  readonly identity?: IdentityRules;
  /**
   * Whether the sender is unverified, such as a browser. Nothing that it states is verified. Default: decided by the
   * span.
   */
  readonly claimed?: boolean;
}

/** Everything that can be read from one span alone. */
export interface SpanReading {
  /** The record of this span for its trace. */
  readonly traceSpan: TraceSpan;
  /** The user that the span itself names. */
  readonly user: UserOnSpan;
  /** The call, if the span is or may be one. A wrapper with usage counts only while no call below it is known. */
  readonly call?: Call;
  /** An alias of the user that the span states. */
  readonly alias?: AliasEvent;
}

/**
 * Reads the call that a span records, in any dialect; `undefined` for wrappers and all other spans.
 *
 * The call's user is the one that the span itself names; {@link resolveTrace} finds the owner.
 */
export function callOf(span: Span, options: ReadOptions = {}): Call | undefined {
  const { call } = readSpan(span, options);
  return call === undefined || call.wrapper ? undefined : call;
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** Reads everything in a span: its call, its user and its record for the trace. Never throws. */
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
 * Reads an alias from a span: the id in `userspan.alias.from` belongs to the same person as the span's user.
 *
 * A browser can claim any id, so a claimed alias is accepted only for anonymous ids, which are random and cannot be
 * guessed.
 */
function aliasOf(span: Span, { user, claimed }: UserOnSpan): AliasEvent | undefined {
  if (user === undefined) return undefined;
  const from = checkId(own(span.attributes, ATTR_ALIAS_FROM), ATTR_ALIAS_FROM);
  if (from === undefined || 'refused' in from || from.id === user.id) return undefined;
  if (claimed && !from.id.startsWith(ANONYMOUS_PREFIX)) return undefined;
  return { from: from.id, to: user.id, atUnixNano: span.startTimeUnixNano };
}
