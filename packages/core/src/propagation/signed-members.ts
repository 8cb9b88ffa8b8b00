import { hmacText, isEqualInConstantTime } from '../text/hmac-text.ts';

/** The baggage member that contains the signature of our other members. */
export const SIGNATURE_MEMBER = 'userspan.signed';
/** How long a signature is valid: long enough for a request and its retries. */
const LIFETIME_MS = 5 * 60_000;
/** How far the clock of the signing machine may be ahead of ours. */
const MAX_SKEW_MS = 60_000;

/** Version, expiry in milliseconds since the epoch (base 36), HMAC (hex). */
const SIGNATURE = /^1\.([\da-z]{1,9})\.([\da-f]{64})$/;

/** Members with their decoded values, without the signature. */
export type Members = Readonly<Record<string, string>>;

/** Signs exactly these members. If one is added, removed or changed, the signature is invalid. */
export function signMembers(key: string, members: Members, nowMs: number): string {
  const expiry = (nowMs + LIFETIME_MS).toString(36);
  return `1.${expiry}.${hmacText(key, signedText(expiry, members))}`;
}

/** Whether a signature is well-formed, made with this key for exactly these members, and not expired. */
export function isSigned(
  key: string,
  members: Members,
  signature: string | undefined,
  nowMs: number,
): boolean {
  const [, expiry, hmac] = SIGNATURE.exec(signature ?? '') ?? [];
  if (expiry === undefined || hmac === undefined) return false;
  const remainingMs = Number.parseInt(expiry, 36) - nowMs;
  if (!(remainingMs > 0 && remainingMs <= LIFETIME_MS + MAX_SKEW_MS)) return false;
  return isEqualInConstantTime(hmac, hmacText(key, signedText(expiry, members)));
}

function signedText(expiry: string, members: Members): string {
  // JSON of pairs is unambiguous: no name or value can look like two.
  const pairs = Object.keys(members)
    .sort()
    .map((name) => [name, members[name]]);
  return JSON.stringify([SIGNATURE_MEMBER, expiry, pairs]);
}
