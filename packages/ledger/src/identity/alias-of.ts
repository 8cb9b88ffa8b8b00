import { ANONYMOUS_PREFIX, ATTR_ALIAS_FROM } from '@userspan/core/semconv';
import type { AliasEvent } from './aliases.ts';
import { own } from '../reading/read-attribute.ts';
import type { Span } from '../span.ts';
import { checkId } from './check-id.ts';
import type { UserOnSpan } from './user-of.ts';

/**
 * Reads what a span says of two ids that are one person: `userspan.alias.from` is the span's own user from before.
 *
 * Anybody can claim anything in a browser, so a claimed alias holds for an anonymous id alone: those are random, and
 * nobody knows another's.
 */
export function aliasOf(span: Span, { user, claimed }: UserOnSpan): AliasEvent | undefined {
  if (user === undefined) return undefined;
  const said = checkId(own(span.attributes, ATTR_ALIAS_FROM), ATTR_ALIAS_FROM);
  if (said === undefined || 'refused' in said || said.id === user.id) return undefined;
  if (claimed && !said.id.startsWith(ANONYMOUS_PREFIX)) return undefined;
  return { from: said.id, to: user.id, atUnixNano: span.startTimeUnixNano };
}
