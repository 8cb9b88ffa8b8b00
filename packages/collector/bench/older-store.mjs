// Creates the data folders of `src/testing/older-stores`. The collector of an older commit, built in CHECKOUT, receives a
// fixed set of requests. Its data folder and the answers of its API are kept.
//
//   node packages/collector/bench/older-store.mjs CHECKOUT NAME
//
// A test opens each folder with the current version, which must migrate it and show the same figures.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const [checkout = '', name = ''] = process.argv.slice(2);
const target = new URL('../src/testing/older-stores/', import.meta.url);
const data = await mkdtemp(join(tmpdir(), 'userspan-older-'));
const admin = 'admin-secret-of-a-store';
const browser = 'browser-secret-of-a-store';
const tokens = ['--token', `admin=${admin}`, '--token', `browser=${browser}`];
const command = resolve(checkout, 'packages/collector/dist/cli/userspan.cjs');
const child = spawn(
  process.execPath,
  [command, '--port', '0', '--grpc-port', 'off', '--data', data, '--log-level', 'error', ...tokens],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let url = '';
for await (const line of createInterface({ input: child.stdout })) {
  url = /^Dashboard.* (http\S+)$/.exec(line)?.[1] ?? url;
  if (line === 'ready') break;
}
const read = async (path) =>
  (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${admin}` } })).json();
for (const [secret, spans] of requests()) {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  // Waits after each request, so that it becomes a separate write batch and a separate part of the tables.
  for (let health; health?.store.lagBytes !== 0; health = await read('/healthz')) await sleep(50);
}
const pick = ({ calls, inputTokens, outputTokens, errors, costExact, unpricedCalls }) => ({
  calls,
  inputTokens,
  outputTokens,
  errors,
  costExact,
  unpricedCalls,
});
const users = (await read('/api/users?limit=200')).data;
const summary = await read('/api/summary');
const figures = {
  users: Object.fromEntries(users.map((user) => [user.id, { ...pick(user), threads: user.threads }])),
  total: pick(summary),
  unattributed: pick(summary.unattributed),
};
const exited = new Promise((done) => child.once('exit', done));
child.kill('SIGTERM');
await exited;
await writeFile(new URL(`${name}.json`, target), `${JSON.stringify(figures, undefined, 2)}\n`);
execFileSync('sh', [
  '-c',
  `tar -C "${data}" --exclude=./lock --owner=0 --group=0 --sort=name -cf - . | gzip -9n > "${new URL(`${name}.tar.gz`, target).pathname}"`,
]);
await rm(data, { recursive: true });

/**
 * Calls of users with threads, tags and errors, calls without a user or price, claimed calls, and a user who is named
 * late.
 */
function* requests() {
  const startNs = 1_790_000_000_000_000_000n;
  const span = (number, trace, parent, more) => ({
    traceId: trace.toString(16).padStart(32, 'a'),
    spanId: number.toString(16).padStart(16, 'b'),
    ...(parent === 0 ? {} : { parentSpanId: parent.toString(16).padStart(16, 'b') }),
    name: 'chat',
    kind: 3,
    startTimeUnixNano: String(startNs + BigInt(number) * 1_700_000_000_000n),
    endTimeUnixNano: String(startNs + BigInt(number) * 1_700_000_000_000n + 250_000_000n),
    attributes: Object.entries(more).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
    })),
    ...(number % 11 === 0 ? { status: { code: 2, message: 'failed' } } : {}),
  });
  const call = (number, more) => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model':
      number % 7 === 0 ? 'a-model-without-a-price' : number % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 1000 + number,
    'gen_ai.usage.output_tokens': 10 + number,
    ...more,
  });
  for (let request = 0; request < 3; request += 1) {
    yield [
      admin,
      Array.from({ length: 20 }, (_, i) => {
        const number = request * 20 + i + 1;
        return span(
          number,
          number,
          0,
          call(number, {
            ...(number % 5 === 0 ? {} : { 'user.id': `user-${number % 6}` }),
            ...(number % 3 === 0 ? { 'gen_ai.conversation.id': `thread-${number % 4}` } : {}),
          }),
        );
      }),
    ];
  }
  yield [browser, [span(101, 101, 0, call(101, { 'user.id': 'visitor' }))]];
  yield [admin, [span(103, 103, 102, call(103, {}))]];
  yield [admin, [span(102, 103, 0, { 'user.id': 'named-late' })]];
}
