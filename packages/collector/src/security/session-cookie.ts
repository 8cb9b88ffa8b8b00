import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccessToken } from './access-token.ts';

export const SESSION_COOKIE = 'userspan_session';
/** Twelve hours: a working day, after which the dashboard asks again. */
export const SESSION_SECONDS: number = 12 * 60 * 60;

const VALUE = /^([0-9a-f]{16})\.(\d{1,16})\.([0-9a-f]{64})$/;

/**
 * The value of a session's cookie: which token, until when, signed with that token's hash.
 *
 * Nothing is stored, so every collector with the same tokens takes it, and removing a token ends its sessions.
 */
export function sealSession(token: AccessToken, nowMs: number): string {
  const id = idOf(token);
  const expires = String(Math.floor(nowMs / 1000) + SESSION_SECONDS);
  return `${id}.${expires}.${signatureOf(token, id, expires).toString('hex')}`;
}

/** The token of a session that is still good. */
export function openSession(
  value: string,
  tokens: readonly AccessToken[],
  nowMs: number,
): AccessToken | undefined {
  const [, id = '', expires = '', signature = ''] = VALUE.exec(value) ?? [];
  if (Number(expires) * 1000 <= nowMs) {
    return undefined;
  }
  return tokens.find(
    (token) =>
      idOf(token) === id && timingSafeEqual(signatureOf(token, id, expires), Buffer.from(signature, 'hex')),
  );
}

function idOf(token: AccessToken): string {
  return createHmac('sha256', token.sha256).update('userspan session id').digest('hex').slice(0, 16);
}

function signatureOf(token: AccessToken, id: string, expires: string): Buffer {
  return createHmac('sha256', token.sha256).update(`userspan session ${id} ${expires}`).digest();
}
