import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from './request-identity.ts';

/** A token as the collector keeps it: never the secret itself. */
export interface AccessToken {
  readonly sha256: Buffer;
  readonly scope: Scope;
  /** The tenant whose spans and users it reaches. */
  readonly project: string;
  /** A key that stands in a web page: it only writes, and what it says of users is claimed. */
  readonly isBrowserKey: boolean;
}

const SPEC = /^(?:(ingest|read|admin|browser)(?:@([A-Za-z0-9][A-Za-z0-9._-]{0,63}))?=)?(.+)$/s;
const HASHED = /^sha256:([0-9a-f]{64})$/;
const MIN_SECRET_LENGTH = 8;

/**
 * Reads `[SCOPE[@PROJECT]=]SECRET`, where SECRET may be `sha256:<hex>` so that a config file need not hold it.
 *
 * Without a scope it is `admin`, without a project `default`. `browser` is a write-only key for web pages.
 */
export function parseAccessToken(spec: string): AccessToken {
  const [, scope = 'admin', project = 'default', secret = ''] = SPEC.exec(spec) ?? [];
  const hashed = HASHED.exec(secret)?.[1];
  if (hashed === undefined && secret.length < MIN_SECRET_LENGTH) {
    throw new Error(
      `A token is [ingest|read|admin|browser[@PROJECT]=]SECRET with a secret of at least ${MIN_SECRET_LENGTH} characters: userspan token makes one.`,
    );
  }
  const isBrowserKey = scope === 'browser';
  return {
    sha256: hashed === undefined ? hashOf(secret) : Buffer.from(hashed, 'hex'),
    scope: isBrowserKey ? 'ingest' : (scope as Scope),
    project,
    isBrowserKey,
  };
}

/** Secrets are random and long, so one round of SHA-256 is enough to keep them. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The token with this secret. Every token is compared, each in constant time. */
export function findToken(tokens: readonly AccessToken[], secret: string): AccessToken | undefined {
  const presented = hashOf(secret);
  let found: AccessToken | undefined;
  for (const token of tokens) {
    if (timingSafeEqual(token.sha256, presented)) {
      found = token;
    }
  }
  return found;
}

/** Whether a scope is enough: `admin` may do everything, and nobody else more than one thing. */
export function allows(held: Scope, needed: Scope): boolean {
  return held === 'admin' || held === needed;
}
