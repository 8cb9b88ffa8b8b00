import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everydayRows } from '../testing/everyday-runs.ts';
import { CALL, post, requestOf, span } from '../testing/otlp-spans.ts';
import { buildCommand, runCommand, spawnCollector } from '../testing/spawn-collector.ts';
import type { RanCommand, SpawnedCollector } from '../testing/spawn-collector.ts';
import { waitFor } from '../testing/wait-for.ts';

const userspan = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RanCommand> => runCommand(args, environment, dir);

let dir: string;
beforeAll(async () => {
  await buildCommand();
  dir = await mkdtemp(join(tmpdir(), 'userspan-cli-'));
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

test('userspan token prints the secret once, and its hash for the collector', async () => {
  const { out } = await userspan(['token', '--permission', 'read', '--project', 'acme']);
  expect(out).toMatch(/ {2}us_[A-Za-z0-9_-]{32}\n.*\n {2}--token read@acme=sha256:[0-9a-f]{64}\n$/);
});

describe('a running collector', () => {
  let collector: SpawnedCollector;
  beforeAll(async () => {
    await writeFile(
      join(dir, 'config.json'),
      JSON.stringify({ data: join(dir, 'data'), token: ['admin-secret-of-a-test'], port: 1 }),
    );
    // The flag takes precedence over the variable, and both over the file.
    collector = await spawnCollector(['--config', join(dir, 'config.json')], {
      USERSPAN_LOG_LEVEL: 'error',
      USERSPAN_PORT: '2',
    });
    const spans = [
      span(1, 1, { ...CALL, 'user.id': 'ada', 'user.name': 'Ada' }),
      span(2, 2, { ...CALL, 'user.id': 'mal\u001b[2Jice' }),
      span(3, 3, CALL),
    ];
    await post(collector.url, requestOf(spans), { authorization: 'Bearer admin-secret-of-a-test' });
    const listed = (): Promise<RanCommand> => userspan(['users'], client());
    await waitFor(listed, ({ out }) => out.includes('ada'));
  }, 60_000);
  afterAll(() => collector.stop('SIGKILL'));

  const client = (): Record<string, string> => ({
    USERSPAN_URL: collector.url,
    USERSPAN_TOKEN: 'admin-secret-of-a-test',
  });

  test('prints users as a table that hostile ids cannot break, and as JSON', async () => {
    const table = await userspan(['users'], client());
    expect(table.out).toMatch(/^user +name +calls/);
    expect(table.out).toMatch(/\nada +Ada +1 +1,000 +100 +0\.0035 +0 {2}\d{4}-/);
    expect(table.out).not.toContain('\u001b');
    // Unattributed calls have a separate row, so that the lines add up to the total spend.
    expect(table.out).toMatch(
      /\n\(no user\) +1 +1,000 +100 +0\.0035 +0\ntotal +3 +3,000 +300 +0\.0105 +0\n$/,
    );
    const first = await userspan(['users', '--limit', '1'], client());
    expect(first.out).toMatch(
      /\n\(1 more\) +1 +1,000 +100 +0\.0035 +0\n\(no user\) +1 .*\ntotal +3 +3,000 +300 +0\.0105 +0\n$/,
    );
    const ofAda = await userspan(['users', '--q', 'ada'], client());
    expect(ofAda.out).toMatch(/\nada [^\n]+\ntotal +1 +1,000 +100 +0\.0035 +0\n$/);
    const json = JSON.parse((await userspan(['users', '--json', '--q', 'ada'], client())).out) as {
      readonly data: readonly unknown[];
    };
    expect(json).toMatchObject({
      data: [{ id: 'ada', calls: 1, costExact: '0.0035' }],
      totals: { calls: 1, costExact: '0.0035' },
      unattributed: { calls: 0 },
    });
  });

  test('reports a wrong token', async () => {
    const ran = await userspan(['users', '--token', 'wrong-secret', '--url', collector.url]);
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('401 a token is needed') });
  });

  test('doctor passes every step and leaves no test data', async () => {
    const { code, out } = await userspan(['doctor'], client());
    expect(out).toMatch(/ok +OTLP\/HTTP to log/);
    expect(out).toMatch(/ok +OTLP\/gRPC to log/);
    expect(out).toMatch(/ok +log to store +\d+ ms {2}2 of 2 calls found/);
    expect(out).toMatch(/ok +span to user and cost .* cost 0\.007 dollars/);
    expect(out).toMatch(/ok +clean-up/);
    expect({ code, end: out.endsWith('Every step works.\n') }).toEqual({ code: 0, end: true });
    expect((await userspan(['users'], client())).out).not.toContain('userspan-doctor');
    expect(out).toMatch(/ok +sums equal calls .* every sum equals the sum of its calls/);
    const headers = { authorization: 'Bearer admin-secret-of-a-test' };
    const metrics = await fetch(`${collector.url}/metrics`, { headers });
    expect(await metrics.text()).toMatch(/^userspan_rollup_differences 0$/m);
  });

  test('doctor names the failed step', async () => {
    const nobody = await userspan(['doctor', '--url', 'http://127.0.0.1:47999']);
    expect(nobody).toMatchObject({
      code: 1,
      out: expect.stringContaining('Failed step: collector answers.'),
    });
    const noToken = await userspan(['doctor', '--url', collector.url]);
    expect(noToken).toMatchObject({ code: 1, out: expect.stringContaining('Failed step: token.') });
  });

  test('exports and erases a user', async () => {
    const lines = (await userspan(['export', 'ada'], client())).out.trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      expect.arrayContaining([expect.any(Object)]),
    );
    await userspan(['export', 'ada', '--out', join(dir, 'ada.jsonl')], client());
    expect((await readFile(join(dir, 'ada.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(lines.length);
    for (const [out, reason] of [
      [join(dir, 'nowhere', 'ada.jsonl'), 'its folder does not exist. Create the folder first.'],
      [join(dir, 'ada.jsonl', 'ada.jsonl'), 'a part of its path is a file. Give the path of a new file.'],
      [dir, 'it is a folder. Give the path of a file in it.'],
      ['/dev/full', 'the disk is full, so the file is incomplete. Free some space, and export again.'],
    ] as const) {
      expect(await userspan(['export', 'ada', '--out', out], client())).toEqual({
        code: 2,
        out: '',
        err: `userspan: --out ${out} cannot be written: ${reason}\n`,
      });
    }
    expect(await userspan(['erase', 'adda', '--yes'], client())).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('There is no user "adda" in this project: nothing was erased.'),
    });
    const receipt = await userspan(['erase', 'ada', '--yes'], client());
    expect({ code: receipt.code, receipt: JSON.parse(receipt.out) as unknown }).toEqual({
      code: 0,
      receipt: expect.any(Object),
    });
    expect((await userspan(['users'], client())).out).not.toContain('Ada');
  });

  test('exports and erases users whose ids are parts of a path', async () => {
    const ids = everydayRows(['.', '..', 'a/b', '~'], (id) => id === '..' || id === 'a/b');
    const spans = ids.map((id, at) => span(10 + at, 10 + at, { ...CALL, 'user.id': id }));
    await post(collector.url, requestOf(spans), { authorization: 'Bearer admin-secret-of-a-test' });
    const listed = (): Promise<RanCommand> => userspan(['users'], client());
    await waitFor(listed, ({ out }) => out.includes('a/b'));
    for (const id of ids) {
      expect(await userspan(['export', id], client())).toMatchObject({
        code: 0,
        out: expect.stringContaining(JSON.stringify(id)),
      });
      expect(await userspan(['erase', id, '--yes'], client())).toMatchObject({ code: 0 });
      expect(await userspan(['erase', id, '--yes'], client())).toMatchObject({ code: 1 });
    }
  });

  test('a second collector on the same data folder fails with the reason', async () => {
    const ran = await userspan(['--port', '0', '--data', join(dir, 'data')]);
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('another userspan process uses') });
    const { port } = new URL(collector.url);
    const taken = await userspan(['--port', port, '--data', join(dir, 'other')]);
    expect(taken).toMatchObject({ code: 2, err: expect.stringContaining(`Port ${port} is taken`) });
  });

  test('runs the benchmark', async () => {
    const { code, out, err } = await userspan(
      ['bench', '--seconds', '2', '--connections', '2', '--rate', '4000'],
      {
        ...client(),
        USERSPAN_URL: collector.url,
      },
    );
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+ spans acknowledged as durable in .* p50 .* p99 /s),
    });
    expect(err).toContain('spans/s');
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'on %s, answers requests in flight, keeps acknowledged ones, and exits with 0',
  async (signal) => {
    const data = join(dir, signal);
    const collector = await spawnCollector([
      '--data',
      data,
      '--log-level',
      'error',
      '--batch-linger',
      '60000',
    ]);
    const { hostname, port } = new URL(collector.url);
    const body = requestOf([span(1, 1, { 'user.id': 'u1' })]);
    const answer = new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n' +
            `Content-Type: application/x-protobuf\r\nContent-Length: ${body.length}\r\n\r\n`,
        );
      });
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        if (text === 'HTTP/1.1 100 Continue\r\n\r\n') {
          // The collector has received the headers of the request, but not its body.
          collector.child.kill(signal);
          socket.write(body);
        }
      });
      socket.on('close', () => resolve(text));
    });
    expect(await answer).toMatch(/\r\nHTTP\/1.1 200 /);
    expect(await collector.exited).toBe(0);
    expect(collector.stderr()).toBe('');

    const again = await spawnCollector(['--data', data, '--log-level', 'error']);
    const listed = (): Promise<RanCommand> => userspan(['users', '--url', again.url]);
    await waitFor(listed, ({ out }) => out.includes('u1'));
    expect(await again.stop('SIGTERM')).toBe(0);
  },
);

test('writes nothing about users to the log of the process', async () => {
  const data = join(dir, 'quiet');
  const collector = await spawnCollector([
    '--data',
    data,
    '--log-level',
    'trace',
    '--token',
    'admin-secret-of-a-test',
  ]);
  const authorization = 'Bearer admin-secret-of-a-test';
  await post(
    collector.url,
    requestOf([span(1, 1, { ...CALL, 'user.id': 'secret-person', 'user.email': 'secret@example.com' })]),
    { authorization },
  );
  for (const path of [
    '/api/users?q=secret-person',
    '/api/users/secret-person',
    '/api/users/secret-person?limit=-1',
    '/secret-person',
  ]) {
    await fetch(`${collector.url}${path}`, { headers: { authorization } });
  }
  await fetch(`${collector.url}/api/users?q=secret-person`, {
    headers: { authorization: 'Bearer wrong-secret' },
  });
  await post(collector.url, 'secret-person', { authorization, 'content-type': 'application/json' });
  expect(await collector.stop('SIGTERM')).toBe(0);
  expect(collector.stderr()).not.toMatch(/secret/);
});
