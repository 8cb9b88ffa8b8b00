import { createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAccessTokens } from './access-token.ts';
import { SESSION_SECONDS, Sessions } from './sessions.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 5, 1);
const tokens = parseAccessTokens(['admin=admin-secret-of-a-test', 'read@acme=read-secret-of-a-test']);
const [admin, reader] = tokens;
if (admin === undefined || reader === undefined) {
  throw new Error('there are two tokens');
}

let dir: string;
let lost: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-sessions-'));
  lost = [];
});
afterEach(() => rm(dir, { recursive: true }));

const openSessions = (nowMs = NOW_MS): Promise<Sessions> =>
  Sessions.open(dir, (reason) => lost.push(reason), nowMs);

test('a cookie identifies its token for twelve hours, also after a restart', async () => {
  const cookie = await (await openSessions()).seal(reader, NOW_MS);
  const sessions = await openSessions();
  expect(sessions.open(cookie, tokens, NOW_MS)).toBe(reader);
  expect(sessions.open(cookie, tokens, NOW_MS + SESSION_SECONDS * 1000 - 1)).toBe(reader);
  expect(sessions.open(cookie, tokens, NOW_MS + SESSION_SECONDS * 1000)).toBeUndefined();
  expect(lost).toEqual([]);
});

test('only the owner can read the file', async () => {
  await openSessions();
  expect((await stat(join(dir, 'sessions.json'))).mode & 0o777).toBe(0o600);
});

describe('a forged cookie', () => {
  /** Everything that the configuration holds. */
  const keys: readonly (readonly [string, Buffer])[] = [
    ['the hash of the token', admin.sha256],
    ['the hash in hex', Buffer.from(admin.sha256.toString('hex'))],
    ['the secret', Buffer.from('admin-secret-of-a-test')],
    ['nothing', Buffer.alloc(32)],
  ];
  test.each(keys)('with %s as the key', async (_name, key) => {
    const sessions = await openSessions();
    const hmac = (...parts: (string | Buffer)[]): string =>
      parts.reduce((hash, part) => hash.update(part), createHmac('sha256', key)).digest('hex');
    // As it is now, and as it was when the key was the hash.
    const id = hmac('token ', admin.sha256, 'admin@default').slice(0, 16);
    const named = `${id}.${NOW_MS}.${randomBytes(16).toString('hex')}`;
    const oldId = hmac('userspan session id').slice(0, 16);
    const expires = Math.floor(NOW_MS / 1000) + 3600;
    for (const cookie of [
      `${named}.${hmac('session ', admin.sha256, named)}`,
      `${oldId}.${expires}.${hmac(`userspan session ${oldId} ${expires}`)}`,
    ]) {
      expect(sessions.open(cookie, tokens, NOW_MS)).toBeUndefined();
    }
  });

  const changes: readonly (readonly [string, (cookie: string, other: string) => string])[] = [
    ['a later opening', (cookie) => cookie.replace(/\.\d+\./, `.${NOW_MS + HOUR_MS}.`)],
    ['an opening of another length', (cookie) => cookie.replace(/\.\d+\./, `.0${NOW_MS}.`)],
    ['another nonce', (cookie) => cookie.replace(/\.[0-9a-f]{32}\./, `.${'0'.repeat(32)}.`)],
    ['the token of another session', (cookie, other) => other.slice(0, 16) + cookie.slice(16)],
    ['the signature of another', (cookie, other) => cookie.slice(0, -64) + other.slice(-64)],
    ['a signature in capitals', (cookie) => cookie.slice(0, -64) + cookie.slice(-64).toUpperCase()],
    ['something behind it', (cookie) => `${cookie}0`],
    ['something before it', (cookie) => ` ${cookie}`],
    ['a part less', (cookie) => cookie.slice(cookie.indexOf('.') + 1)],
  ];
  test.each(changes)('derived from a valid one, with %s', async (_name, change) => {
    const sessions = await openSessions();
    const cookie = await sessions.seal(reader, NOW_MS);
    const changed = change(cookie, await sessions.seal(admin, NOW_MS));
    expect(changed).not.toBe(cookie);
    expect(sessions.open(changed, tokens, NOW_MS)).toBeUndefined();
  });

  test('of another collector', async () => {
    const cookie = await (await openSessions()).seal(reader, NOW_MS);
    await rm(join(dir, 'sessions.json'));
    expect((await openSessions()).open(cookie, tokens, NOW_MS)).toBeUndefined();
  });

  test('from before the clock was set back', async () => {
    const sessions = await openSessions();
    const cookie = await sessions.seal(reader, NOW_MS);
    expect(sessions.open(cookie, tokens, NOW_MS - HOUR_MS)).toBeUndefined();
  });
});

test('a token that was removed, or has another permission now, ends its sessions', async () => {
  const sessions = await openSessions();
  const cookie = await sessions.seal(reader, NOW_MS);
  expect(sessions.open(cookie, [admin], NOW_MS)).toBeUndefined();
  const changed = parseAccessTokens(['admin@acme=read-secret-of-a-test']);
  expect(sessions.open(cookie, changed, NOW_MS)).toBeUndefined();
});

test('an ended session stays ended after a restart, and others continue', async () => {
  const sessions = await openSessions();
  const [ended, other] = [await sessions.seal(reader, NOW_MS), await sessions.seal(reader, NOW_MS)];
  await sessions.revoke([ended], NOW_MS);
  for (const each of [sessions, await openSessions()]) {
    expect(each.open(ended, tokens, NOW_MS)).toBeUndefined();
    expect(each.open(other, tokens, NOW_MS)).toBe(reader);
  }
  expect(await readFile(join(dir, 'sessions.json'), 'utf8')).not.toContain(ended);
});

test('the secret changes daily; the previous one is valid for the sessions that it signed, and is then removed', async () => {
  const sessions = await openSessions();
  const first = await secrets();
  const late = NOW_MS + 23 * HOUR_MS;
  const old = await sessions.seal(reader, late);
  const young = await sessions.seal(reader, late + 2 * HOUR_MS);
  expect(await secrets()).toHaveLength(2);
  expect((await secrets())[1]).toBe(first[0]);
  expect(sessions.open(old, tokens, late + 2 * HOUR_MS)).toBe(reader);
  expect(sessions.open(young, tokens, late + 2 * HOUR_MS)).toBe(reader);
  await sessions.seal(reader, late + 50 * HOUR_MS);
  expect(await secrets()).not.toContain(first[0]);
});

async function secrets(): Promise<string[]> {
  const file = JSON.parse(await readFile(join(dir, 'sessions.json'), 'utf8')) as {
    secrets: { secret: string }[];
  };
  return file.secrets.map(({ secret }) => secret);
}

describe('an unusable file is replaced by a new secret, and everyone signs in again', () => {
  const path = (): string => join(dir, 'sessions.json');
  const damages: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['emptied', () => writeFile(path(), '')],
    ['cut', async () => writeFile(path(), (await readFile(path(), 'utf8')).slice(0, 40))],
    ['of another version', async () => writeFile(path(), '{"version":2,"secrets":[],"revoked":[]}')],
    ['without secrets', async () => writeFile(path(), '{"version":1,"secrets":[],"revoked":[]}')],
    [
      'with a short secret',
      () => writeFile(path(), '{"version":1,"secrets":[{"secret":"AA==","madeAtMs":1}],"revoked":[]}'),
    ],
    ['null', () => writeFile(path(), 'null')],
    ['readable by others', () => chmod(path(), 0o644)],
  ];
  test.each(damages)('%s', async (_name, damage) => {
    const cookie = await (await openSessions()).seal(reader, NOW_MS);
    await damage();
    const sessions = await openSessions();
    expect(lost).toHaveLength(1);
    expect(lost[0]).toContain(path());
    expect(sessions.open(cookie, tokens, NOW_MS)).toBeUndefined();
    expect(sessions.open(await sessions.seal(reader, NOW_MS), tokens, NOW_MS)).toBe(reader);
  });
});

test('listeners of a session are told when it is ended, when it expires, and if it is already over', async () => {
  const sessions = await openSessions();
  const nowMs = Date.now();
  const [ended, kept] = [await sessions.seal(reader, nowMs), await sessions.seal(reader, nowMs)];
  const heard: string[] = [];
  sessions.watch(ended, nowMs, () => heard.push('ended'));
  sessions.watch(ended, nowMs, () => heard.push('unwatched'))();
  const unwatch = sessions.watch(kept, nowMs, () => heard.push('kept'));
  await sessions.revoke([ended], nowMs);
  sessions.watch(ended, nowMs, () => heard.push('late'));
  const atItsTime = new Promise<string>((resolve) => {
    sessions.watch(kept, nowMs + SESSION_SECONDS * 1000 - 5, () => resolve('its time'));
  });
  expect([...heard, await atItsTime]).toEqual(['ended', 'late', 'its time']);
  unwatch();
});
