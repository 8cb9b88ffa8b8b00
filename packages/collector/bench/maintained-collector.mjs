// A collector for `kill-maintenance.mjs`: starts it, sends calls, and reads what its pages show.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const COMMAND = fileURLToPath(new URL('../dist/cli/userspan.cjs', import.meta.url));

/**
 * Starts the built collector with a data folder. `options` are added to the command line, and a token in them is used
 * for requests.
 */
export async function start(folder, options = []) {
  const token = options.find((option) => option.startsWith('admin='))?.slice('admin='.length);
  const child = spawn(
    process.execPath,
    [
      COMMAND,
      '--port',
      '0',
      '--grpc-port',
      'off',
      '--data',
      folder,
      '--log-level',
      'silent',
      '--batch-linger',
      '50',
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^Dashboard.* (http\S+)$/.exec(line)?.[1] ?? url;
    if (line === 'ready') break;
  }
  if (url === '') throw new Error(`the collector did not start: exit ${await exited}`);
  return {
    url,
    read: async (path) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await fetch(`${url}${path}`, { headers })).json();
    },
    async stop(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** Returns the figures on pages when the log is stored and the work after the start is done. */
export async function figures({ read }) {
  let health;
  let differences = [];
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(100)) {
    health = await read('/healthz');
    if (health.store.lagBytes !== 0 || health.status !== 'ok') continue;
    differences = (await read('/api/rollups/differences')).data;
    if (differences.length === 0) break;
  }
  const users = new Map();
  for (let cursor = ''; cursor !== null;) {
    const page = await read(
      `/api/users?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const user of page.data) users.set(user.id, user);
    cursor = page.nextCursor;
  }
  const summary = await read('/api/summary');
  const numbered = [...users.values()].filter(({ id }) => id.startsWith('user-'));
  return {
    users,
    health: health.status,
    differences: differences.length,
    total: summary.calls,
    unattributed: summary.unattributed,
    priced: numbered.reduce((sum, { calls, unpricedCalls }) => sum + calls - unpricedCalls, 0),
  };
}

export async function sendUntilDeath(url, sender, live) {
  for (let at = 0; ; at += 1) {
    const id = `live-${sender}-${at}`;
    live.set(id, false);
    const status = await send(url, id, Date.now() - 60_000, 5, sender * 10_000_000 + at * 5).catch(
      () => undefined,
    );
    if (status === undefined) return;
    live.set(id, status === 200);
    await sleep(20);
  }
}

/** Sends calls of a user, each in a separate trace. */
export async function send(url, user, startMs, count, first) {
  const spans = Array.from({ length: count }, (_, at) => ({
    traceId: (first + at).toString(16).padStart(32, 'a'),
    spanId: (first + at).toString(16).padStart(16, 'b'),
    name: 'chat',
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 250}000000`,
    attributes: [
      ['gen_ai.operation.name', { stringValue: 'chat' }],
      ['gen_ai.provider.name', { stringValue: 'openai' }],
      ['gen_ai.request.model', { stringValue: 'own-model' }],
      ['gen_ai.usage.input_tokens', { intValue: '1000' }],
      ['gen_ai.usage.output_tokens', { intValue: '100' }],
      ['user.id', { stringValue: user }],
    ].map(([key, value]) => ({ key, value })),
  }));
  const { status } = await request(url, 'POST', '/v1/traces', {
    resourceSpans: [{ scopeSpans: [{ spans }] }],
  });
  return status;
}

export async function request(url, method, path, body) {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response;
}
