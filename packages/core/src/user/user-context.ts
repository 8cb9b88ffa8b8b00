import type { Context, Span } from '@opentelemetry/api';
import { createContextKey, propagation } from '@opentelemetry/api';

import { currentSpan } from '../process/own-provider.ts';
import { isBaggageUsed } from '../context/baggage-guard.ts';
import { localTraceOf } from './local-trace.ts';
import { type UserScope, userScopeOf } from './user-scope.ts';
import { ContextWithoutBaggage, allowBaggage } from '../context/context-without-baggage.ts';
import { userMembers, withUserMembers, withoutUserMembers } from '../context/user-baggage.ts';
import { continueThread } from '../context/thread-context.ts';
import { userFromAttributes } from './user-attributes.ts';
import type { User } from './user.ts';

const SCOPE = /* @__PURE__ */ createContextKey('userspan.scope.1');
const INCOMING = /* @__PURE__ */ createContextKey('userspan.incoming.1');

/** A context with this user, or with `null` explicitly without a user. */
export function setUser(context: Context, user: User | null): Context {
  const scope = user === null ? null : userScopeOf(user);
  const scoped = allowBaggage(context.setValue(SCOPE, scope));
  return scope !== null && isBaggageUsed()
    ? withUserMembers(scoped, scope, isBaggageUsed)
    : withoutUserMembers(scoped);
}

/** A context with the user and conversation of `from`; the same context if both have the same ones. */
export function continueScope(context: Context, from: Context): Context {
  const scope = explicitScopeIn(from);
  const isSameUser = scope === undefined || scope === explicitScopeIn(context);
  return continueThread(isSameUser ? context : setUser(context, scope?.user ?? null), from);
}

/** A context with the user that a trusted caller in another process sent. Every other source takes precedence. */
export function setIncomingUser(context: Context, user: User): Context {
  const scope = userScopeOf(user, true);
  const incoming = context.setValue(INCOMING, scope);
  return isBaggageUsed() ? withUserMembers(incoming, scope, isBaggageUsed) : incoming;
}

/**
 * The user of work started in this context.
 *
 * Nearest first: the scope (`identify` with a function, a run, a call), the statement on the local trace, a trusted
 * caller, and baggage that the app itself wrote.
 */
export function userOf(context: Context): User | undefined {
  return scopeIn(context)?.user;
}

/** As `userOf`, with the attributes to stamp; `null` if the app explicitly set no user. */
export function scopeIn(context: Context): UserScope | null | undefined {
  const scope = context.getValue(SCOPE) as UserScope | null | undefined;
  if (scope !== undefined) return scope;
  const statement = localTraceOf(currentSpan(context))?.statement;
  if (statement !== undefined) return statement;
  return inheritedScopeIn(context);
}

/** Only the user of the nearest scope, which neither a statement nor a caller can override. */
export function explicitScopeIn(context: Context): UserScope | null | undefined {
  return context.getValue(SCOPE) as UserScope | null | undefined;
}

/** The sources with less precedence than a statement: a trusted caller, then baggage. */
export function inheritedScopeIn(context: Context): UserScope | undefined {
  const incoming = context.getValue(INCOMING) as UserScope | undefined;
  if (incoming !== undefined) return incoming;
  const baggage = propagation.getBaggage(context);
  if (baggage === undefined || !isBaggageUsed()) return undefined;
  const user = userFromAttributes(userMembers(baggage));
  return user === undefined ? undefined : userScopeOf(user, true);
}

/**
 * A context without a user in its baggage. Nothing of ours is sent from it, even to hosts that `send` allows.
 *
 * The private key stays, so spans started in it are stamped. Used for calls to model vendors, with `span` as the parent
 * if it is given.
 */
export function withoutUserBaggage(context: Context, span?: Span): Context {
  return new ContextWithoutBaggage(withoutUserMembers(context), span);
}
