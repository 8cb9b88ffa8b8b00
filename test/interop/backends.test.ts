import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOpenAIServer } from '@userspan-test/openai-server';
import { describe, expect, it } from 'vitest';

/** A Python with `arize-phoenix` and `mlflow`: `test/clients/install.mjs` makes one. */
const PYTHON = process.env['USERSPAN_BACKENDS_PYTHON'] ?? '';
const APP = fileURLToPath(new URL('../pipeline/apps/one-call.mjs', import.meta.url));
const STARTS_WITHIN_MS = 240_000;

interface Shown {
  readonly user: unknown;
  readonly thread: unknown;
  readonly inputTokens: unknown;
  readonly cachedTokens: unknown;
  readonly outputTokens: unknown;
  /** The sum of the backend in US dollars. */
  readonly usd: unknown;
}

interface Backend {
  readonly name: string;
  readonly command: (port: number, folder: string) => readonly [string, ...string[]];
  readonly env: (port: number, folder: string) => Readonly<Record<string, string>>;
  readonly health: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Returns the call from the backend's API, or undefined until it has arrived. */
  readonly read: (url: string) => Promise<Shown | undefined>;
}

async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  return (await response.json()) as T;
}

async function readPhoenix(url: string): Promise<Shown | undefined> {
  const spans = await json<{ data: { attributes: Readonly<Record<string, unknown>> }[] }>(
    `${url}/v1/projects/default/spans`,
  );
  const attributes = spans.data[0]?.attributes;
  if (attributes === undefined) return undefined;
  const sessions = await json<{ data: { session_id: string }[] }>(`${url}/v1/projects/default/sessions`);
  const query = '{ projects { edges { node { costSummary { total { cost } } } } } }';
  const { data } = await json<{
    data: { projects: { edges: { node: { costSummary: { total: { cost: number | null } } } }[] } };
  }>(`${url}/graphql`, { query });
  const usd = data.projects.edges[0]?.node.costSummary.total.cost ?? undefined;
  // The price is looked up after the span has arrived.
  return usd === undefined
    ? undefined
    : {
        user: attributes['user.id'],
        thread: sessions.data[0]?.session_id,
        inputTokens: attributes['llm.token_count.prompt'],
        cachedTokens: attributes['llm.token_count.prompt_details.cache_read'],
        outputTokens: attributes['llm.token_count.completion'],
        usd,
      };
}

async function readMlflow(url: string): Promise<Shown | undefined> {
  const { traces } = await json<{ traces?: { trace_metadata: Readonly<Record<string, string>> }[] }>(
    `${url}/api/3.0/mlflow/traces/search`,
    { locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }], max_results: 5 },
  );
  const metadata = traces?.[0]?.trace_metadata;
  if (metadata === undefined) return undefined;
  const figures = (name: string): Readonly<Record<string, unknown>> =>
    JSON.parse(metadata[`mlflow.trace.${name}`] ?? '{}') as Readonly<Record<string, unknown>>;
  return {
    user: metadata['mlflow.trace.user'],
    thread: metadata['mlflow.trace.session'],
    inputTokens: figures('tokenUsage')['input_tokens'],
    cachedTokens: figures('tokenUsage')['cache_read_input_tokens'],
    outputTokens: figures('tokenUsage')['output_tokens'],
    usd: figures('cost')['total_cost'],
  };
}

const BACKENDS: readonly Backend[] = [
  {
    name: 'Phoenix 20.26.1',
    command: () => [join(dirname(PYTHON), 'phoenix'), 'serve'],
    env: (port, folder) => ({
      PHOENIX_WORKING_DIR: folder,
      PHOENIX_HOST: '127.0.0.1',
      PHOENIX_PORT: String(port),
      PHOENIX_GRPC_PORT: '0',
      PHOENIX_TELEMETRY_ENABLED: 'false',
    }),
    health: '/healthz',
    headers: {},
    read: readPhoenix,
  },
  {
    name: 'MLflow 3.17.2',
    command: (port, folder) => [
      join(dirname(PYTHON), 'mlflow'),
      'server',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--workers',
      '1',
      '--backend-store-uri',
      `sqlite:///${folder}/store.db`,
      '--artifacts-destination',
      join(folder, 'artifacts'),
    ],
    env: () => ({ MLFLOW_DISABLE_TELEMETRY: 'true' }),
    health: '/health',
    headers: { 'x-mlflow-experiment-id': '0' },
    read: readMlflow,
  },
];

describe.skipIf(!existsSync(PYTHON)).each(BACKENDS)('$name', (backend) => {
  it('shows user, thread, tokens and cost of a call', { timeout: STARTS_WITHIN_MS + 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'userspan-backend-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const api = await startOpenAIServer();
    const [file, ...args] = backend.command(port, folder);
    // A separate process group, so that its workers end with it.
    const server = spawn(file, args, {
      env: { PATH: process.env['PATH'], HOME: folder, ...backend.env(port, folder) },
      stdio: 'ignore',
      detached: true,
    });
    try {
      await expect
        .poll(async () => (await fetch(url + backend.health).catch(() => undefined))?.status, {
          timeout: STARTS_WITHIN_MS,
          interval: 500,
        })
        .toBe(200);
      await runApp({
        OPENAI_BASE_URL: api.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_EXPORTER_OTLP_HEADERS: Object.entries(backend.headers)
          .map(([name, value]) => `${name}=${value}`)
          .join(','),
        // The first request takes longer, because the backend loads its modules then.
        USERSPAN_FLUSH_TIMEOUT_MS: '40000',
        USERSPAN_EXPORT_TIMEOUT_MS: '40000',
      });
      const bill = api.bills[0];
      await expect
        .poll(() => backend.read(url), { timeout: 30_000, interval: 500 })
        .toEqual({
          user: 'u-backend',
          thread: 'thread-1',
          inputTokens: bill?.usage.inputTokens,
          cachedTokens: bill?.usage.cachedInputTokens,
          outputTokens: bill?.usage.outputTokens,
          // The backends add up floating-point numbers.
          usd: expect.closeTo(Number(bill?.usd), 12),
        });
    } finally {
      if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
      await api.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

async function runApp(env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, [APP], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
