import type { Context } from '@opentelemetry/api';
import { context as contextApi, isSpanContextValid } from '@opentelemetry/api';

import { hasContextManager } from '../process/api-registry.ts';
import { currentSpan, isBesideAnotherSdk } from '../process/own-provider.ts';
import { keepContext } from '../context/bind-context.ts';
import { joinLocalTrace, localTraceOf } from './local-trace.ts';
import { userScopeOf } from './user-scope.ts';
import { warnWithoutProcessor } from './missing-processor.ts';
import { toUser } from './to-user.ts';
import { setUser, userOf } from './user-context.ts';
import type { User, UserProps } from './user.ts';
import { warnOnce } from '../process/warn-once.ts';

/** Accepted types of an id. A number becomes a decimal string. */
export type UserId = string | number | bigint;

/**
 * Runs `fn` as this user: every span started inside, at any depth and after any await, carries the user.
 *
 * Returns what `fn` returns and throws what it throws. An inner `identify` wins over an outer one and inherits none of
 * its props. With `null` (or an invalid id) `fn` runs without a user, never as the outer user.
 *
 * Without a function it sets the user of the rest of the current local trace: open spans without a user get this one when
 * they end, later spans when they start. Returns whether there was an active span.
 */
export function identify<T>(userId: UserId | null, fn: () => T): T;
export function identify<T>(userId: UserId | null, props: UserProps | null | undefined, fn: () => T): T;
export function identify(userId: UserId | null, props?: UserProps | null): boolean;
export function identify<T>(
  userId: UserId | null,
  propsOrFn?: UserProps | null | (() => T),
  maybeFn?: () => T,
): T | boolean {
  const fn = typeof propsOrFn === 'function' ? propsOrFn : maybeFn;
  const props = typeof propsOrFn === 'function' ? undefined : propsOrFn;
  if (typeof fn !== 'function') {
    if (fn !== undefined) warnOnce('no-function', 'identify() needs the function to run, not its result.');
    return state(userId, props);
  }
  const user = userId === null ? null : (toUser(userId, props) ?? null);
  if (!hasContextManager()) {
    warnOnce(
      'no-context',
      'identify() has no effect, because OpenTelemetry has no context manager. Call register() first, or set a context manager.',
    );
  }
  const active = contextApi.active();
  const span = currentSpan(active);
  if (span !== undefined) warnWithoutProcessor(span);
  const scoped = setUser(active, user);
  return keepContext(scoped, contextApi.with(scoped, fn));
}

/** The current user, `{ id, props }`, or undefined. */
export function currentUser(context: Context = contextApi.active()): User | undefined {
  return userOf(context);
}

function state(userId: UserId | null, props: UserProps | null | undefined): boolean {
  const user = userId === null ? null : toUser(userId, props);
  if (user === undefined) return false;
  const span = currentSpan(contextApi.active());
  if (span === undefined || !isSpanContextValid(span.spanContext())) {
    warnOnce('no-span', 'identify() without a function needs an active span; pass the function to run.');
    return false;
  }
  let localTrace = localTraceOf(span);
  if (localTrace === undefined) {
    if (span.isRecording() && !isBesideAnotherSdk()) {
      warnWithoutProcessor(span);
      return false;
    }
    // The span is unsampled, remote or of another SDK. It is not stamped, but currentUser() and spans started below it
    // use this user.
    localTrace = { statement: undefined };
    joinLocalTrace(span, localTrace);
  }
  localTrace.statement = user === null ? null : userScopeOf(user);
  return true;
}
