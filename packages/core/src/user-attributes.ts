import type { Attributes } from '@opentelemetry/api';

import {
  ATTR_USER_EMAIL,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  ATTR_USER_NAME,
  USER_PROP_PREFIX,
} from './semconv.ts';
import { toUser } from './to-user.ts';
import type { User, UserProp } from './user.ts';

/** Prop names come from the app's code, so there are few; the bound is for an app that makes them from data. */
const MAX_CACHED_NAMES = 512;
const cachedNames = new Map<string, string>();

/** The attribute (and baggage member) that carries a prop: `email` is `user.email`, `plan` is `userspan.user.plan`. */
export function propAttribute(prop: string): string {
  let name = cachedNames.get(prop);
  if (name === undefined) {
    name = prop === 'name' ? ATTR_USER_NAME : prop === 'email' ? ATTR_USER_EMAIL : USER_PROP_PREFIX + prop;
    if (cachedNames.size < MAX_CACHED_NAMES) cachedNames.set(prop, name);
  }
  return name;
}

/** The prop that an attribute carries; undefined when it is not an attribute of a user's prop. */
export function attributeProp(attribute: string): string | undefined {
  if (attribute === ATTR_USER_NAME) return 'name';
  if (attribute === ATTR_USER_EMAIL) return 'email';
  return attribute.startsWith(USER_PROP_PREFIX) ? attribute.slice(USER_PROP_PREFIX.length) : undefined;
}

/** The attributes that say a span is for this user. */
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
 * Where ids are hashed before export, the hash is the id. Undefined when there is neither.
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
