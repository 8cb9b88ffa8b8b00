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

test('identifies a token by its cookie for twelve hours, also after a restart', async () => {
  const cookie = await (await openSessions()).seal(reader, NOW_MS);
  const sessions = await openSessions();
  expect(sessions.open(cookie, tokens, NOW_MS)).toBe(reader);
  expect(sessions.open(cookie, tokens, NOW_MS + SESSION_SECONDS * 1000 - 1)).toBe(reader);
  expect(sessions.open(cookie, tokens, NOW_MS + SESSION_SECONDS * 1000)).toBeUndefined();
  expect(lost).toEqual([]);
});

test('makes the file readable only by the owner', async () => {
  await openSessions();
  expect((await stat(join(dir, 'sessions.json'))).mode & 0o777).toBe(0o600);
});

describe('a forged cookie', () => {
  /** All secrets that the configuration contains. */
  const keys: readonly (readonly [string, Buffer])[] = [
    ['the hash of the token', admin.sha256],
    ['the hash in hex', Buffer.from(admin.sha256.toString('hex'))],
    ['the secret', Buffer.from('admin-secret-of-a-test')],
    ['nothing', Buffer.alloc(32)],
  ];
  test.each(keys)('signed with %s', async (_name, key) => {
    const sessions = await openSessions();
    const hmac = (...parts: (string | Buffer)[]): string =>
      parts.reduce((hash, part) => hash.update(part), createHmac('sha256', key)).digest('hex');
    // In the current format, and in the format of the time when the hash was the key.
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
    ['a later time of sign-in', (cookie) => cookie.replace(/\.\d+\./, `.${NOW_MS + HOUR_MS}.`)],
    ['a time of sign-in with a leading zero', (cookie) => cookie.replace(/\.\d+\./, `.0${NOW_MS}.`)],
    ['another nonce', (cookie) => cookie.replace(/\.[0-9a-f]{32}\./, `.${'0'.repeat(32)}.`)],
    ['the token of another session', (cookie, other) => other.slice(0, 16) + cookie.slice(16)],
    ['the signature of another session', (cookie, other) => cookie.slice(0, -64) + other.slice(-64)],
    ['a signature in capitals', (cookie) => cookie.slice(0, -64) + cookie.slice(-64).toUpperCase()],
    ['an added character at the end', (cookie) => `${cookie}0`],
    ['an added space at the start', (cookie) => ` ${cookie}`],
    ['a missing part', (cookie) => cookie.slice(cookie.indexOf('.') + 1)],
  ];
  test.each(changes)('derived from a valid one, with %s', async (_name, change) => {
    const sessions = await openSessions();
    const cookie = await sessions.seal(reader, NOW_MS);
    const changed = change(cookie, await sessions.seal(admin, NOW_MS));
    expect(changed).not.toBe(cookie);
    expect(sessions.open(changed, tokens, NOW_MS)).toBeUndefined();
  });

  test('from another collector', async () => {
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

test('ends the sessions of a token that was removed or whose permission changed', async () => {
  const sessions = await openSessions();
  const cookie = await sessions.seal(reader, NOW_MS);
  expect(sessions.open(cookie, [admin], NOW_MS)).toBeUndefined();
  const changed = parseAccessTokens(['admin@acme=read-secret-of-a-test']);
  expect(sessions.open(cookie, changed, NOW_MS)).toBeUndefined();
});

test('keeps an ended session ended after a restart, and other sessions valid', async () => {
  const sessions = await openSessions();
  const [ended, other] = [await sessions.seal(reader, NOW_MS), await sessions.seal(reader, NOW_MS)];
  await sessions.revoke([ended], NOW_MS);
  for (const each of [sessions, await openSessions()]) {
    expect(each.open(ended, tokens, NOW_MS)).toBeUndefined();
    expect(each.open(other, tokens, NOW_MS)).toBe(reader);
  }
  expect(await readFile(join(dir, 'sessions.json'), 'utf8')).not.toContain(ended);
});

test('changes the secret daily, and keeps the previous one as long as sessions that it signed are valid', async () => {
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

describe('replaces an unusable file with a new secret, so that all users sign in again', () => {
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

test('calls listeners when a session is ended, when it expires, and immediately if it is already over', async () => {
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
