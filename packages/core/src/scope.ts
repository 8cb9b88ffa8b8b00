import type { Span } from '@opentelemetry/api';

import { ATTR_USER_ID } from './semconv.ts';
import { propAttribute } from './prop-names.ts';
import type { User, UserProp } from './user.ts';

/** A user as a context carries it: the attributes are worked out once, when named, and not for each span. */
export interface Scope {
  readonly user: User;
  readonly names: readonly string[];
  readonly values: readonly UserProp[];
}

/** Works out what to stamp for a user. */
export function scopeOf(user: User): Scope {
  const names = [ATTR_USER_ID];
  const values: UserProp[] = [user.id];
  for (const prop of Object.keys(user.props)) {
    const value = user.props[prop];
    if (value === undefined) continue;
    names.push(propAttribute(prop));
    values.push(value);
  }
  return { user, names, values };
}

/** Writes a user on a span. */
export function stamp(span: Span, scope: Scope): void {
  const { names, values } = scope;
  for (let i = 0; i < names.length; i += 1) span.setAttribute(names[i] as string, values[i] as UserProp);
}

/**
 * Takes a user off a span again. The API has no way to remove an attribute, so this reaches into the SDK's own object,
 * a plain one in SDK 2.x and 3.x; where it is not, the attributes stay.
 */
export function unstamp(attributes: object | undefined, scope: Scope): void {
  if (attributes === undefined || Object.isFrozen(attributes)) return;
  const { names, values } = scope;
  const stamped = attributes as Record<string, unknown>;
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    if (stamped[name] === values[i]) delete stamped[name];
  }
}
