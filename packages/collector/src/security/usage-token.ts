import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A key with which an app's backend signs usage tokens. */
export interface UsageKey {
  readonly id: string;
  /** base64url of 32 bytes. */
  readonly secret: string;
  readonly name: string;
  readonly createdMs: number;
}

/** The user or group of a usage token. */
export interface UsageSubject {
  readonly keyId: string;
  readonly of: 'user' | 'group';
  readonly id: string;
}

const MAX_TOKEN = 8192;
const MAX_SECONDS = 30 * 86_400;

export function newUsageKey(name: string, nowMs: number): UsageKey {
  return {
    id: randomBytes(8).toString('hex'),
    secret: randomBytes(32).toString('base64url'),
    name,
    createdMs: nowMs,
  };
}

/** The key in the format for the backend: `usk_<id>_<secret>`. */
export function showUsageKey({ id, secret }: UsageKey): string {
  return `usk_${id}_${secret}`;
}

/** The id of the key in a token; `undefined` if it is not a token. */
export function keyIdOf(token: string): string | undefined {
  return payloadOf(token)?.key;
}

/** The user or group of a token; `undefined` if it was not signed with this key or has expired. */
export function openUsageToken(token: string, key: UsageKey, nowMs: number): UsageSubject | undefined {
  const payload = payloadOf(token);
  const [body = '', signature = ''] = token.slice('ust_'.length).split('.');
  const expected = createHmac('sha256', Buffer.from(key.secret, 'base64url')).update(body).digest();
  const given = Buffer.from(signature, 'base64url');
  if (payload === undefined || given.length !== expected.length || !timingSafeEqual(given, expected))
    return undefined;
  const { user, group, expires } = payload;
  const left = typeof expires === 'number' ? expires - nowMs / 1000 : 0;
  if (payload.key !== key.id || left <= 0 || left > MAX_SECONDS) return undefined;
  if (typeof user === 'string' && group === undefined) return { keyId: key.id, of: 'user', id: user };
  if (typeof group === 'string' && user === undefined) return { keyId: key.id, of: 'group', id: group };
  return undefined;
}

interface Payload {
  readonly key?: string;
  readonly user?: unknown;
  readonly group?: unknown;
  readonly expires?: unknown;
}

function payloadOf(token: string): Payload | undefined {
  if (token.length > MAX_TOKEN) return undefined;
  const [, body] = /^ust_([\w-]+)\.[\w-]{43}$/.exec(token) ?? [];
  if (body === undefined) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
    const isObject = typeof payload === 'object' && payload !== null && 'key' in payload;
    return isObject && typeof payload.key === 'string' ? (payload as Payload) : undefined;
  } catch {
    return undefined;
  }
}
