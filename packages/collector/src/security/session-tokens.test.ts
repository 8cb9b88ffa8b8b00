import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';

const ACME = 'acme-secret-of-a-test';
const GLOBEX = 'globex-secret-of-a-test';
const GLOBEX_ADMIN = 'globex-admin-of-a-test';
const TOKENS = [`read@acme=${ACME}`, `read@globex=${GLOBEX}`, `admin@globex=${GLOBEX_ADMIN}`];

describe('a session with tokens of several projects', () => {
  let collector: MemoryCollector;
  beforeAll(async () => {
    collector = await memoryCollector({ token: TOKENS });
  });
  afterAll(() => collector.remove());

  async function signIn(token: string, cookie = ''): Promise<string> {
    const reply = await fetch(`${collector.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ token }),
    });
    expect(reply.status).toBe(204);
    return reply.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  }

  async function get(path: string, headers: Record<string, string>): Promise<[number, unknown]> {
    const reply = await fetch(`${collector.url}${path}`, { headers });
    return [reply.status, await reply.json()];
  }

  test('uses the project that a request names, or the first one', async () => {
    const cookie = await signIn(GLOBEX, await signIn(ACME));
    expect(await get('/api/session', { cookie })).toEqual([
      200,
      {
        required: true,
        signedIn: true,
        project: 'acme',
        permission: 'read',
        projects: [
          { project: 'acme', permission: 'read' },
          { project: 'globex', permission: 'read' },
        ],
      },
    ]);
    const named = (project: string): Promise<[number, unknown]> =>
      get('/api/users', { cookie, 'userspan-project': project });
    expect(await get('/api/users', { cookie })).toEqual([200, { project: 'acme' }]);
    expect(await named('acme')).toEqual([200, { project: 'acme' }]);
    expect(await named('globex')).toEqual([200, { project: 'globex' }]);
    for (const other of ['initech', 'default', '__proto__', 'acme~globex']) {
      expect((await named(other))[0]).toBe(403);
    }
  });

  test('replaces another token of the same project, whose session ends', async () => {
    const before = await signIn(GLOBEX, await signIn(ACME));
    const after = await signIn(GLOBEX_ADMIN, before);
    expect(await get('/api/session', { cookie: after, 'userspan-project': 'globex' })).toMatchObject([
      200,
      { project: 'globex', permission: 'admin', projects: [{ project: 'acme' }, { permission: 'admin' }] },
    ]);
    expect((await get('/api/users', { cookie: before, 'userspan-project': 'globex' }))[0]).toBe(403);
  });

  test('ends for every project when signing out', async () => {
    const cookie = await signIn(GLOBEX, await signIn(ACME));
    await fetch(`${collector.url}/api/session`, { method: 'DELETE', headers: { cookie } });
    for (const project of ['acme', 'globex']) {
      expect((await get('/api/users', { cookie, 'userspan-project': project }))[0]).toBe(401);
    }
  });

  test('uses the project of a token in the request, whatever project the request names', async () => {
    const authorization = `Bearer ${ACME}`;
    expect((await get('/api/users', { authorization }))[0]).toBe(200);
    expect((await get('/api/users', { authorization, 'userspan-project': 'acme' }))[0]).toBe(200);
    expect((await get('/api/users', { authorization, 'userspan-project': 'globex' }))[0]).toBe(403);
  });

  test('ignores values that are not sessions, and treats duplicates as one session', async () => {
    const acme = (await signIn(ACME)).slice('userspan_session='.length);
    const cookie = `userspan_session=x~${acme}~${acme}~~__proto__~${acme.replace(/^.{4}/, '0000')}`;
    const [, session] = await get('/api/session', { cookie });
    expect(session).toMatchObject({ projects: [{ project: 'acme', permission: 'read' }] });
    const many = `userspan_session=${'y~'.repeat(2_000)}`;
    expect((await get('/api/users', { cookie: many }))[0]).toBe(401);
  });

  const NAME = 'userspan_session=';
  test.each<[name: string, change: (acme: string, globex: string) => string, status: number]>([
    ['unchanged', (acme) => NAME + acme, 200],
    ['beside other cookies', (acme) => `a=b; ${NAME}${acme}; x${NAME}y; c="d;e"`, 200],
    ['twice, the valid one last', (acme) => `${NAME}x; ${NAME}${acme}`, 200],
    ['twice, the valid one first', (acme) => `${NAME}${acme}; ${NAME}x`, 200],
    ['under a name in another case', (acme) => `Userspan_Session=${acme}`, 401],
    ['under a name with its name as suffix', (acme) => `x${NAME}${acme}`, 401],
    ['in quotes', (acme) => `${NAME}"${acme}"`, 401],
    ['with an escape', (acme) => `${NAME}${acme.replace('.', '%2e')}`, 401],
    ['without its last byte', (acme) => NAME + acme.slice(0, -1), 401],
    ['without its second half', (acme) => NAME + acme.slice(0, acme.length / 2), 401],
    ['with an added byte', (acme) => `${NAME}${acme}0`, 401],
    ['with an added zero byte', (acme) => `${NAME}${acme}%00`, 401],
    [
      'with a later time of sign-in',
      (acme) => NAME + acme.replace(/\.\d+\./, `.${Date.now() + 30_000}.`),
      401,
    ],
    ['with an expired time of sign-in', (acme) => NAME + acme.replace(/\.\d+\./, '.1.'), 401],
    ['with a negative time of sign-in', (acme) => NAME + acme.replace(/\.\d+\./, '.-1.'), 401],
    ['in capitals', (acme) => NAME + acme.toUpperCase(), 401],
    [
      'with the token id of another project',
      (acme, globex) => NAME + globex.slice(0, 16) + acme.slice(16),
      401,
    ],
    [
      'with the signature of another project',
      (acme, globex) => NAME + acme.slice(0, -64) + globex.slice(-64),
      401,
    ],
    ['with the secret of the token', () => NAME + ACME, 401],
    ['nothing', () => NAME, 401],
  ])('accepts or rejects a cookie %s', async (_name, change, status) => {
    const [acme, globex] = [await signIn(ACME), await signIn(GLOBEX)].map((text) => text.slice(NAME.length));
    const cookie = change(acme ?? '', globex ?? '');
    const [answered, body] = await get('/api/users', { cookie });
    expect(answered).toBe(status);
    if (status === 200) {
      expect(body).toEqual({ project: 'acme' });
    }
  });

  test('permanently ends every session of the request when signing out', async () => {
    const cookies = [await signIn(ACME), await signIn(ACME), await signIn(GLOBEX)];
    const ended = await fetch(`${collector.url}/api/session`, {
      method: 'DELETE',
      headers: { cookie: cookies.join('; ') },
    });
    expect(ended.status).toBe(204);
    const { data } = collector;
    const statuses = (): Promise<number[]> =>
      Promise.all(cookies.map(async (cookie) => (await get('/api/users', { cookie }))[0]));
    expect(await statuses()).toEqual([401, 401, 401]);
    await collector.close();
    collector = await memoryCollector({ token: TOKENS }, data);
    expect(await statuses()).toEqual([401, 401, 401]);
  });
});
