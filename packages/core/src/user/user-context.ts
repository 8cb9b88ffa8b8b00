import type { Context, Span } from '@opentelemetry/api';
import { createContextKey, propagation, trace } from '@opentelemetry/api';

import { isBaggageUsed } from '../context/baggage-guard.ts';
import { localTraceOf } from './local-trace.ts';
import { type Scope, scopeOf } from './user-scope.ts';
import { UnsentContext, asSendable } from '../context/context-without-baggage.ts';
import { userMembers, withUserMembers, withoutUserMembers } from '../context/user-baggage.ts';
import { userFromAttributes } from './user-attributes.ts';
import type { User } from './user.ts';

const SCOPE = createContextKey('userspan.scope.1');
const INCOMING = createContextKey('userspan.incoming.1');

/** The context in which this user is the one that work is for; `null`: nobody, whatever the outer context says. */
export function setUser(context: Context, user: User | null): Context {
  const scope = user === null ? null : scopeOf(user);
  const scoped = asSendable(context.setValue(SCOPE, scope));
  return scope !== null && isBaggageUsed()
    ? withUserMembers(scoped, scope, isBaggageUsed)
    : withoutUserMembers(scoped);
}

/** The context in which a trusted caller in another process said who the work is for: the weakest source. */
export function setIncomingUser(context: Context, user: User): Context {
  const scope = scopeOf(user, true);
  const told = context.setValue(INCOMING, scope);
  return isBaggageUsed() ? withUserMembers(told, scope, isBaggageUsed) : told;
}

/**
 * Who work started in this context is for.
 *
 * Nearest first: the scope (`identify` with a function, a run, a call), the statement on the local trace, a trusted
 * caller, and baggage that the app itself wrote.
 */
export function userOf(context: Context): User | undefined {
  return scopeIn(context)?.user;
}

/** As `userOf`, with what to stamp; `null` where nobody was said. */
export function scopeIn(context: Context): Scope | null | undefined {
  const scope = context.getValue(SCOPE) as Scope | null | undefined;
  if (scope !== undefined) return scope;
  const statement = localTraceOf(trace.getSpan(context))?.statement;
  if (statement !== undefined) return statement;
  return weakScopeIn(context);
}

/** The scope alone: what neither a statement nor a caller can change. */
export function ownScopeIn(context: Context): Scope | null | undefined {
  return context.getValue(SCOPE) as Scope | null | undefined;
}

/** What is below a statement: a trusted caller, then baggage. */
export function weakScopeIn(context: Context): Scope | undefined {
  const incoming = context.getValue(INCOMING) as Scope | undefined;
  if (incoming !== undefined) return incoming;
  const baggage = propagation.getBaggage(context);
  if (baggage === undefined || !isBaggageUsed()) return undefined;
  const user = userFromAttributes(userMembers(baggage));
  return user === undefined ? undefined : scopeOf(user, true);
}

/**
 * The context without a user in its baggage: nothing of ours is sent from it, whatever `send` allows.
 *
 * The private key stays, so spans started in it are stamped. For calls to model vendors, below `span` where one is given.
 */
export function withoutUserBaggage(context: Context, span?: Span): Context {
  return new UnsentContext(withoutUserMembers(context), span);
}
