import { createHash, timingSafeEqual } from 'node:crypto';

/** What a token may do. `admin` may do everything, `read` reads the API, `ingest` only sends, `lunary` only as Lunary's clients do. */
export type Permission = 'ingest' | 'lunary' | 'read' | 'admin';

/** A token in memory, with a hash instead of the secret. */
export interface AccessToken {
  readonly sha256: Buffer;
  readonly permission: Permission;
  /** The project that it gives access to. */
  readonly project: string;
  /** Whether it is a public key of a web page, which can only write and whose users are claimed. */
  readonly isBrowserKey: boolean;
}

/** Permissions before the `=` of a token. */
export const TOKEN_PERMISSIONS = ['ingest', 'read', 'admin', 'browser'] as const;
type WrittenPermission = (typeof TOKEN_PERMISSIONS)[number];

/** The parts of a written token. */
interface TokenParts {
  readonly permission: WrittenPermission;
  readonly project: string;
  /** The secret, or `sha256:` and its hash. */
  readonly secret: string;
}

const GRAMMAR = '[ingest|read|admin|browser[@PROJECT]=]SECRET';
const PROJECT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const SECRET = /^[A-Za-z0-9._~+/-]{16,512}={0,2}$/;
const HASHED = /^sha256:([0-9a-f]{64})$/;
/**
 * A secret without a permission is an admin token, so one that starts with another permission and a sign other than "="
 * is taken for a misspelt token.
 */
const MISSPELT = /^(ingest|read|browser)[._~+/-]/i;
const MIN_SECRET_LENGTH = 16;

/**
 * Reads `[PERMISSION[@PROJECT]=]SECRET`, where SECRET may be `sha256:<64 hex digits>` so that a config file does not
 * have to contain it.
 *
 * Without a permission it is `admin`, without a project `default`. `browser` is a write-only key for web pages. A
 * secret consists of 16 to 512 characters that RFC 6750 allows in a bearer token. Without a permission it must not
 * contain `=`, so that a misspelt permission is never taken for a secret. The message of the thrown error never
 * contains a secret.
 */
export function parseAccessToken(spec: string): AccessToken {
  const { permission, project, secret } = partsOf(spec);
  const hashed = HASHED.exec(secret)?.[1];
  if (hashed === undefined) {
    checkSecret(secret);
  }
  const isBrowserKey = permission === 'browser';
  return {
    sha256: hashed === undefined ? hashOf(secret) : Buffer.from(hashed, 'hex'),
    permission: permission === 'browser' ? 'ingest' : permission,
    project,
    isBrowserKey,
  };
}

/** Reads a list of tokens with different secrets. Throws {@link Error} that names the invalid token and the reason. */
export function parseAccessTokens(specs: readonly string[]): AccessToken[] {
  const tokens: AccessToken[] = [];
  for (const [i, spec] of specs.entries()) {
    const token = parseNumbered(spec, i, specs.length);
    const earlier = tokens.findIndex(({ sha256 }) => sha256.equals(token.sha256));
    if (earlier >= 0) {
      throw new Error(
        `Tokens ${earlier + 1} and ${i + 1} have the same secret: every token needs a different one; "userspan token" generates one.`,
      );
    }
    tokens.push(token);
  }
  return tokens;
}

function parseNumbered(spec: string, index: number, count: number): AccessToken {
  try {
    return parseAccessToken(spec);
  } catch (error) {
    const which = count === 1 ? 'The token' : `Token ${index + 1} of ${count}`;
    throw new Error(`${which} ${error instanceof Error ? error.message : 'is wrong'}`, { cause: error });
  }
}

/** The secret of a token, with or without the permission in front, as clients may have been given either. */
export function secretOf(spec: string): string {
  try {
    return partsOf(spec).secret;
  } catch {
    return spec;
  }
}

function partsOf(spec: string): TokenParts {
  const at = spec.indexOf('=');
  if (at < 0 || HASHED.test(spec)) {
    const misspelt = MISSPELT.exec(spec)?.[1];
    if (misspelt !== undefined) {
      throw new Error(
        `begins with ${JSON.stringify(misspelt)} and no "=", so it would be the secret of an admin: write ${misspelt.toLowerCase()}=SECRET or ${misspelt.toLowerCase()}@PROJECT=SECRET.`,
      );
    }
    return { permission: 'admin', project: 'default', secret: spec };
  }
  const [name = '', project, ...more] = spec.slice(0, at).split('@');
  const permission = TOKEN_PERMISSIONS.find((known) => known === name);
  if (permission === undefined) {
    // A long or unusual name is not shown, because it may be a part of a secret.
    const shown = /^[A-Za-z]{1,12}$/.test(name) ? `begins with ${JSON.stringify(name)}` : 'has an "="';
    throw new Error(
      `${shown} but must be ${GRAMMAR}; a secret with "=" needs one of ${TOKEN_PERMISSIONS.join(', ')} before it.`,
    );
  }
  if (more.length > 0 || (project !== undefined && !PROJECT.test(project))) {
    throw new Error(
      `names a project that is not 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit: ${GRAMMAR}.`,
    );
  }
  return { permission, project: project ?? 'default', secret: spec.slice(at + 1) };
}

function checkSecret(secret: string): void {
  if (/^sha-?256/i.test(secret)) {
    throw new Error('has a hash that is not sha256: and 64 lower-case hexadecimal digits.');
  }
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new Error(
      `has a secret of ${secret.length} characters but needs at least ${MIN_SECRET_LENGTH}: "userspan token" generates one.`,
    );
  }
  if (!SECRET.test(secret)) {
    throw new Error(
      'has a secret that is not 16 to 512 of the letters, digits and . _ ~ + / - that a bearer token may have, with "=" at its end only.',
    );
  }
}

/** Hash of a secret. Secrets are random and long, so one round of SHA-256 is sufficient. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Finds the token with this secret. Compares all tokens, each in constant time. */
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

/** Whether a permission is enough: `admin` may do everything, `ingest` sends in any way, the others may do one thing each. */
export function allows(held: Permission, needed: Permission): boolean {
  return held === 'admin' || held === needed || (held === 'ingest' && needed === 'lunary');
}
