import { hmacText } from '../text/hmac-text.ts';
import { ATTR_ALIAS_FROM, ATTR_USER_HASH, ATTR_USER_ID } from '../semconv.ts';
import { attributeProp } from '../user/prop-names.ts';

/** What is exported of a user. */
export interface UserRedaction {
  /** `hmac`: `user.hash`, the same for the same id and key, in place of `user.id`. Default `plain`. */
  readonly id?: 'plain' | 'hmac';
  /** Secret for `hmac`. Anyone who has it can match hashes to ids; another key gives other hashes. */
  readonly key?: string;
  /** Which props leave: all, none, or these. Default `all`. */
  readonly props?: 'all' | 'none' | readonly string[];
}

/** Gives attributes as they may leave; the very same object when there is nothing to hide. */
type Redactor = (attributes: object) => object;

/** Hashes of the ids seen last: an id is hashed once, not once a span. */
const MAX_CACHED_HASHES = 4096;

/**
 * Works out a redaction once; undefined when there is nothing to hide.
 *
 * @throws TypeError when `hmac` has no key, or a choice is none of those that there are.
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
