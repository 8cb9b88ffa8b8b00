import type { Attributes } from '@opentelemetry/api';

import { attributeProp, propAttribute } from './prop-names.ts';
import { ATTR_USER_HASH, ATTR_USER_ID } from '../semconv.ts';
import { toUser } from './to-user.ts';
import type { User, UserProp } from './user.ts';

/** The attributes that name a user on a span. */
export function userAttributes(user: User): Attributes {
  const attributes: Record<string, UserProp> = { [ATTR_USER_ID]: user.id };
  for (const prop of Object.keys(user.props)) {
    const value = user.props[prop];
    if (value !== undefined) attributes[propAttribute(prop)] = value;
  }
  return attributes;
}

/**
 * Reads the user back from a span's attributes (or anything with the same names).
 *
 * If ids are hashed before export, the hash is the id. Undefined if there is neither.
 */
export function userFromAttributes(attributes: Readonly<Record<string, unknown>>): User | undefined {
  const id = attributes[ATTR_USER_ID] ?? attributes[ATTR_USER_HASH];
  if (id === undefined || id === null || id === '') return undefined;
  const props: Record<string, unknown> = {};
  for (const name of Object.keys(attributes)) {
    const prop = attributeProp(name);
    if (prop !== undefined && prop !== '__proto__') props[prop] = attributes[name];
  }
  return toUser(id, props);
}
