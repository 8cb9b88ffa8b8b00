import { createHmac } from 'node:crypto';

/** The user or group of a token, and its lifetime. */
export interface UsageTokenOptions {
  readonly user?: string;
  readonly group?: string;
  /** Default 3,600; at most 30 days. */
  readonly expiresInSeconds?: number;
}

const HOUR = 3600;
const MAX_SECONDS = 30 * 86_400;

/**
 * Creates a token that gives access to the usage and budget of one user or one group only. Create it in the app's
 * backend; it may be part of a page that this user sees.
 *
 * @param key a key of `POST /api/usage-keys`: `usk_…`.
 * @throws TypeError for an invalid key, or if there is not exactly one of `user` and `group`.
 */
export function usageToken(key: string, options: UsageTokenOptions): string {
  const [, id, secret] = /^usk_([0-9a-f]{16})_([\w-]{43})$/.exec(key) ?? [];
  if (id === undefined || secret === undefined)
    throw new TypeError('userspan: the key must be one of POST /api/usage-keys');
  const { user, group, expiresInSeconds = HOUR } = options;
  if ((user === undefined) === (group === undefined))
    throw new TypeError('userspan: a usage token needs either a user or a group');
  if (!(expiresInSeconds > 0 && expiresInSeconds <= MAX_SECONDS)) {
    throw new TypeError(`userspan: expiresInSeconds must be 1 to ${MAX_SECONDS}; got ${expiresInSeconds}`);
  }
  const expires = Math.floor(Date.now() / 1000) + Math.ceil(expiresInSeconds);
  const payload = Buffer.from(JSON.stringify({ key: id, user, group, expires })).toString('base64url');
  const signature = createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(payload)
    .digest('base64url');
  return `ust_${payload}.${signature}`;
}
