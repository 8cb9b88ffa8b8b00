import { hmacText, isEqualInConstantTime } from '../text/hmac-text.ts';

/** The baggage member that vouches for the other members of ours beside it. */
export const SIGNATURE_MEMBER = 'userspan.signed';
/** A signature is good for this long: a request and its retries. */
const LIFETIME_MS = 5 * 60_000;
/** How far ahead the clock of the signing machine may be. */
const MAX_SKEW_MS = 60_000;

/** Version, expiry in milliseconds since the epoch (base 36), HMAC (hex). */
const SIGNATURE = /^1\.([\da-z]{1,9})\.([\da-f]{64})$/;

/** Members with their values, decoded; without the signature. */
export type Members = Readonly<Record<string, string>>;

/** Signs exactly these members: one more, one fewer or one changed, and the signature is void. */
export function signMembers(key: string, members: Members, nowMs: number): string {
  const expiry = (nowMs + LIFETIME_MS).toString(36);
  return `1.${expiry}.${hmacText(key, signedText(expiry, members))}`;
}

/** Whether the signature is whole, of this key, for exactly these members, and not expired. */
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
  // An array of pairs: no name or value can be written so that it reads as two.
  const pairs = Object.keys(members)
    .sort()
    .map((name) => [name, members[name]]);
  return JSON.stringify([SIGNATURE_MEMBER, expiry, pairs]);
}
