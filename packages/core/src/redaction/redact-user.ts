import { hmacText } from '../text/hmac-text.ts';
import { ATTR_ALIAS_FROM, ATTR_USER_HASH, ATTR_USER_ID } from '../semconv.ts';
import { attributeProp } from '../user/prop-names.ts';

/** Which parts of a user are exported. */
export interface UserRedaction {
  /** `hmac`: `user.hash`, the same for the same id and key, in place of `user.id`. Default `plain`. */
  readonly id?: 'plain' | 'hmac';
  /** Secret for `hmac`. Anyone who has it can match hashes to ids; another key gives other hashes. */
  readonly key?: string;
  /** Which props are exported: all, none, or the listed ones. Default `all`. */
  readonly props?: 'all' | 'none' | readonly string[];
}

/** Returns the attributes to export; the same object if nothing has to be hidden. */
type Redactor = (attributes: object) => object;

/** Number of hashes in the cache, so that an id is hashed once and not for each span. */
const MAX_CACHED_HASHES = 4096;

/**
 * Creates the redactor of these options; undefined if nothing has to be hidden.
 *
 * @throws TypeError if `hmac` has no key or an option has an unknown value.
 */
export function userRedactor(redaction: UserRedaction): Redactor | undefined {
  const { id = 'plain', key = '', props = 'all' } = redaction;
  if (id !== 'plain' && id !== 'hmac')
    throw new TypeError(`userspan: user.id must be 'plain' or 'hmac'; got ${String(id)}.`);
  if (id === 'hmac' && (typeof key !== 'string' || key.length === 0)) {
    throw new TypeError("userspan: user.id 'hmac' needs a secret: user.key, or USERSPAN_USER_KEY.");
  }
  if (props !== 'all' && props !== 'none' && !isNames(props)) {
    throw new TypeError("userspan: user.props must be 'all', 'none' or a list of prop names.");
  }
  if (id === 'plain' && props === 'all') return undefined;
  const hash = id === 'hmac' ? cachedHash(key) : undefined;
  const kept = props === 'all' ? undefined : new Set(props === 'none' ? [] : props);
  return (attributes) => redactAttributes(attributes, hash, kept);
}

function isNames(props: unknown): boolean {
  return Array.isArray(props) && props.every((name) => typeof name === 'string');
}

function redactAttributes(
  attributes: object,
  hash: ((id: string) => string) | undefined,
  kept: ReadonlySet<string> | undefined,
): object {
  const before = attributes as Readonly<Record<string, unknown>>;
  let after: Record<string, unknown> | undefined;
  for (const name of Object.keys(before)) {
    if (name === ATTR_USER_ID || name === ATTR_ALIAS_FROM) {
      if (hash === undefined) continue;
      after ??= { ...before };
      delete after[name];
      after[name === ATTR_USER_ID ? ATTR_USER_HASH : name] = hash(String(before[name]));
      continue;
    }
    const prop = attributeProp(name);
    if (prop === undefined || kept === undefined || kept.has(prop)) continue;
    after ??= { ...before };
    delete after[name];
  }
  return after ?? attributes;
}

function cachedHash(key: string): (id: string) => string {
  const hashes = new Map<string, string>();
  return (id) => {
    let hash = hashes.get(id);
    if (hash === undefined) {
      hash = hmacText(key, id);
      if (hashes.size >= MAX_CACHED_HASHES) hashes.clear();
      hashes.set(id, hash);
    }
    return hash;
  };
}
