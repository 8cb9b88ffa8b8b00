import { ANONYMOUS_PREFIX, ATTR_ALIAS_FROM } from '@userspan/core/semconv';
import type { AliasEvent } from './aliases.ts';
import { own } from '../reading/read-attribute.ts';
import type { Span } from '../span.ts';
import { checkId } from './check-id.ts';
import type { UserOnSpan } from './user-of.ts';

/**
 * Reads from a span that two ids are one person: `userspan.alias.from` is the span's own user from before.
 *
 * A browser can claim any id, so a claimed alias holds for an anonymous id alone: those are random, and
 * cannot be guessed.
 */
export function aliasOf(span: Span, { user, claimed }: UserOnSpan): AliasEvent | undefined {
  if (user === undefined) return undefined;
  const from = checkId(own(span.attributes, ATTR_ALIAS_FROM), ATTR_ALIAS_FROM);
  if (from === undefined || 'refused' in from || from.id === user.id) return undefined;
  if (claimed && !from.id.startsWith(ANONYMOUS_PREFIX)) return undefined;
  return { from: from.id, to: user.id, atUnixNano: span.startTimeUnixNano };
}
