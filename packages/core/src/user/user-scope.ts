import type { Span } from '@opentelemetry/api';

import { propAttribute } from './prop-names.ts';
import { ATTR_USER_ID } from '../semconv.ts';
import type { User, UserProp } from './user.ts';
import { warnOnce } from '../process/warn-once.ts';

/** The user stored in a context. Its attributes are computed once, when the user is named, and not for each span. */
export interface UserScope {
  readonly user: User;
  /** `user.id` is the first. */
  readonly names: readonly string[];
  readonly values: readonly UserProp[];
  /** Inherited from another process or from the app's own baggage. A statement on the local trace takes precedence. */
  readonly isInherited: boolean;
}

/** Computes the attributes to stamp for a user. */
export function userScopeOf(user: User, isInherited = false): UserScope {
  const names = [ATTR_USER_ID];
  const values: UserProp[] = [user.id];
  for (const prop of Object.keys(user.props)) {
    const value = user.props[prop];
    if (value === undefined) continue;
    names.push(propAttribute(prop));
    values.push(value);
  }
  return { user, names, values, isInherited };
}

/**
 * Writes a user on a span and returns whether the span has this user now.
 *
 * A span that already has another user keeps it. If the SDK shortens the id (`attributeValueLengthLimit`), it is
 * removed again, because the shortened id could be another user's.
 */
export function stamp(span: Span, scope: UserScope): boolean {
  const { names, values } = scope;
  const { attributes } = span as { attributes?: Readonly<Record<string, unknown>> };
  const named = attributes?.[ATTR_USER_ID];
  if (named !== undefined && named !== scope.user.id) return false;
  span.setAttribute(ATTR_USER_ID, scope.user.id);
  if (attributes !== undefined && attributes[ATTR_USER_ID] !== scope.user.id) {
    delete (attributes as Record<string, unknown>)[ATTR_USER_ID];
    warnOnce('cut', 'the limits of the SDK leave no room for a whole user.id; the span has no user.');
    return false;
  }
  for (let i = 1; i < names.length; i += 1) span.setAttribute(names[i] as string, values[i] as UserProp);
  return true;
}

/**
 * Removes a user from a span, unless the attributes have changed since. The API cannot remove attributes, so this
 * changes the SDK's attribute object, which is a plain object in SDK 2.x and 3.x. With any other SDK the attributes
 * stay.
 */
export function unstamp(span: Span, scope: UserScope): void {
  const { attributes } = span as { attributes?: Record<string, unknown> };
  if (attributes === undefined || Object.isFrozen(attributes)) return;
  const { names, values } = scope;
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    if (attributes[name] === values[i]) delete attributes[name];
  }
}
