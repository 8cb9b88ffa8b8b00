import { ATTR_USER_EMAIL, ATTR_USER_NAME, USER_PROP_PREFIX } from '../semconv.ts';

/** Prop names usually come from code, so there are few. The limit is for apps that create names from data. */
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
