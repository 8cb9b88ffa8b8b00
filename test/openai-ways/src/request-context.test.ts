import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { TESTED_MAJORS } from './majors.ts';

/** Node's versions with async hooks (20, 22) and with frames (24). */
const nodes = createRequire(new URL('../../nodes/package.json', import.meta.url));
const NODES = [
  ['this Node', process.execPath],
  ['Node 22', join(dirname(nodes.resolve('node-22/package.json')), 'bin/node')],
  ['Node 24', join(dirname(nodes.resolve('node-24/package.json')), 'bin/node')],
] as const;
/** Rows that need a connection of their own, and one for all others. */
const PORTS = 10;

const app = fileURLToPath(new URL('../apps/observers/app.mjs', import.meta.url));
const run = promisify(execFile);

let servers: readonly OpenAIServer[];
const relays: Server[] = [];
let ports: readonly string[];

beforeAll(async () => {
  servers = await Promise.all([startOpenAIServer(), startOpenAIServer({ isSecure: true })]);
  ports = await Promise.all(servers.map(({ url }) => relaysTo(Number(new URL(url).port))));
});

afterAll(async () => {
  for (const relay of relays) relay.close();
  await Promise.all(servers.map((server) => server.close()));
});

/** Ports that lead to the same server, because `fetch` keeps the connections to a port. */
async function relaysTo(port: number): Promise<string> {
  const found: number[] = [];
  for (let count = 0; count < PORTS; count += 1) {
    const relay = createServer((socket) => {
      const target = connect(port, '127.0.0.1');
      socket.pipe(target).pipe(socket);
      socket.on('error', () => target.destroy());
      target.on('error', () => socket.destroy());
    });
    relays.push(relay);
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    found.push((relay.address() as AddressInfo).port);
  }
  return found.join(',');
}

interface Measured {
  readonly leaves: string;
  readonly spans: readonly Readonly<Record<string, unknown>>[];
}

interface Result {
  readonly calls: Readonly<Record<string, Measured>>;
  readonly entered: Readonly<Record<string, Measured>>;
  readonly observers: Readonly<Record<string, string>>;
  readonly users: readonly string[];
}

async function hasFrames(node: string): Promise<boolean> {
  const { stdout } = await run(node, ['--version']);
  return Number.parseInt(stdout.slice(1), 10) >= 24;
}

async function resultOf(node: string, args: readonly string[]): Promise<unknown> {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...clean } = process.env;
  const flags = (await hasFrames(node)) ? ['--expose-internals'] : [];
  const { stdout } = await run(node, [...flags, ...args], {
    cwd: dirname(app),
    env: {
      ...clean,
      OPENAI_TEST_PORTS: ports[0],
      OPENAI_TEST_SECURE_PORTS: ports[1],
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    },
  });
  return JSON.parse(stdout);
}

/** What each call is expected to leave in the app. */
function allLeave(calls: Result['calls'], what: string): Record<string, string> {
  return Object.fromEntries(Object.keys(calls).map((title) => [title, what]));
}

const leavesOf = (calls: Result['calls']): Record<string, string> =>
  Object.fromEntries(Object.entries(calls).map(([title, { leaves }]) => [title, leaves]));
const spansOf = (calls: Result['calls']): unknown => Object.entries(calls).map(([, { spans }]) => spans);

describe.each(NODES)('%s', (_name, node) => {
  test.each(TESTED_MAJORS.map(([major]) => major))(
    'openai %i: an observer of requests sees the span of the call',
    async (major) => {
      const { calls, entered, observers, users } = (await resultOf(node, [
        'app.mjs',
        `openai${major}`,
      ])) as Result;

      const rows = Object.keys(observers);
      expect(rows.length).toBeGreaterThan(10);
      expect(observers).toEqual(Object.fromEntries(rows.map((row) => [row, 'below the call'])));
      expect(users).toEqual(['u7', 'none']);

      // Without an observer, a call leaves nothing behind, and its spans are the same. The requests of openai 4 run through
      // `node-fetch` and agents, which are not looked at.
      const hooks = (await hasFrames(node)) ? 'nothing' : 'async hooks';
      expect(leavesOf(calls)).toEqual(allLeave(calls, major === 4 ? hooks : 'nothing'));
      expect(leavesOf(entered)).toEqual(allLeave(entered, hooks));
      expect(spansOf(entered)).toEqual(spansOf(calls));
      expect(calls['call of a user']?.spans[0]).toMatchObject({
        'user.id': 'u42',
        'user.name': 'Ada',
        'gen_ai.usage.input_tokens': 1,
        'gen_ai.usage.cost': 0.00000195,
      });
    },
  );
});
