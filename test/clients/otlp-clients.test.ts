import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRow, type Reasons } from './client-table.ts';
import {
  findContent,
  keysOf,
  openClientCollector,
  readProject,
  type ClientCollector,
  runApp,
  type UserRow,
} from './run-client.ts';

/** A folder with the packages for Node.js, and a copy of `otlp-app.mjs`. */
const NODE_FOLDER = process.env['USERSPAN_CLIENTS_NODE'] ?? '';
/** Pythons with the packages of `CLIENTS`: `test/clients/install.mjs` makes them. Not all can be installed together. */
const PYTHONS = {
  vendors: process.env['USERSPAN_CLIENTS_PYTHON'] ?? '',
  instrumentations: process.env['USERSPAN_CLIENTS_PYTHON_2'] ?? '',
};

interface Client {
  /** The client and the version that `run.mjs` installs. */
  readonly title: string;
  readonly name: string;
  /** Its runtime: Node.js, or one of the Pythons. Default: `vendors`. */
  readonly python?: keyof typeof PYTHONS | 'node';
  readonly env: (address: string, key: string) => Readonly<Record<string, string>>;
  readonly reasons?: Reasons;
}

const otlp = (address: string, key: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${key}`,
});

const NO_FAILURES = 'a failed request is not sent';

const NODE_CLIENTS: readonly Client[] = [
  {
    title: 'AI SDK 5.0.277',
    name: 'ai5',
    env: otlp,
    reasons: { cached: 'not sent, but for streams', cost: 'without the discount of cached tokens' },
  },
  { title: 'AI SDK 6.0.326', name: 'ai6', env: otlp },
  { title: 'AI SDK 7.0.173', name: 'ai7', env: otlp },
  {
    title: 'Langfuse JS 5.11.1',
    name: 'langfuse',
    env: (address, key) => ({
      LANGFUSE_BASE_URL: address,
      LANGFUSE_PUBLIC_KEY: 'pk-lf-1',
      LANGFUSE_SECRET_KEY: key,
    }),
  },
  {
    title: 'LangSmith JS 0.12.0, otel',
    name: 'langsmith',
    env: (address, key) => ({
      LANGSMITH_TRACING: 'true',
      LANGSMITH_TRACING_MODE: 'otel',
      LANGSMITH_ENDPOINT: address,
      LANGSMITH_API_KEY: key,
    }),
  },
  { title: 'Mastra 1.71.0', name: 'mastra', env: otlp },
  {
    title: 'OpenAI Agents JS 0.20.0, OpenInference 0.2.15',
    name: 'openai_agents',
    env: (address, key) => ({ ...otlp(address, key), OPENAI_API_KEY: 'sk-test' }),
  },
  {
    title: 'OpenInference JS 4.2.7',
    name: 'openinference',
    env: otlp,
    reasons: { once: NO_FAILURES, streams: 'no tokens of a streamed answer' },
  },
  {
    title: 'OpenLIT JS 1.15.0',
    name: 'openlit',
    env: otlp,
    reasons: { user: 'none on a failed request' },
  },
  {
    title: 'Traceloop JS 0.27.0',
    name: 'traceloop',
    env: (address, key) => ({ TRACELOOP_BASE_URL: address, TRACELOOP_API_KEY: key }),
    reasons: {
      cached: 'not sent',
      cost: 'without the discount of cached tokens',
      once: NO_FAILURES,
      streams: 'estimated: it counts the tokens itself, too few',
    },
  },
];

const CLIENTS: readonly Client[] = [
  ...NODE_CLIENTS.map((client): Client => ({
    ...client,
    name: `node-${client.name}`,
    python: 'node',
  })),
  {
    title: 'Langfuse Python 5.0.4',
    name: 'langfuse',
    env: (address, key) => ({
      LANGFUSE_BASE_URL: address,
      LANGFUSE_PUBLIC_KEY: 'pk-lf-1',
      LANGFUSE_SECRET_KEY: key,
    }),
    reasons: { props: 'not sent: a user is an id' },
  },
  {
    title: 'LangSmith Python 0.15.1, otel',
    name: 'langsmith',
    env: (address, key) => ({
      LANGSMITH_TRACING: 'true',
      LANGSMITH_TRACING_MODE: 'otel',
      LANGSMITH_OTEL_ENABLED: 'true',
      LANGSMITH_OTEL_ONLY: 'true',
      LANGSMITH_ENDPOINT: address,
      LANGSMITH_API_KEY: key,
    }),
    reasons: { props: 'not sent: a user is an id' },
  },
  {
    title: 'Logfire Python 5.4.0',
    name: 'logfire',
    env: (address, key) => ({ LOGFIRE_BASE_URL: address, LOGFIRE_TOKEN: key }),
  },
  {
    title: 'OpenLIT Python 1.45.0',
    name: 'openlit',
    env: otlp,
  },
  {
    title: 'LiteLLM 1.110.2, otel callback',
    name: 'litellm',
    python: 'instrumentations',
    env: (address, key) => ({
      OTEL_EXPORTER: 'otlp_http',
      OTEL_ENDPOINT: `${address}/v1/traces`,
      OTEL_HEADERS: `Authorization=Bearer ${key}`,
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    }),
    reasons: { props: 'not sent', thread: 'not sent' },
  },
  {
    title: 'OpenAI Agents Python 0.24.0, OpenInference 2.6.0',
    name: 'openai_agents',
    python: 'instrumentations',
    env: (address, key) => ({ ...otlp(address, key), OPENAI_API_KEY: 'sk-test' }),
    reasons: {
      cached: 'not sent',
      cost: 'without the discount of cached tokens',
      streams: 'no tokens of a streamed answer',
    },
  },
  {
    title: 'OpenInference Python 0.1.66, Opik’s path',
    name: 'openinference',
    python: 'instrumentations',
    env: (address, key) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${address}/api/v1/private/otel`,
      OTEL_EXPORTER_OTLP_HEADERS: `Authorization=${key},projectName=app,Comet-Workspace=default`,
    }),
  },
  {
    title: 'opentelemetry-util-genai 1.3b0',
    name: 'util_genai',
    python: 'instrumentations',
    env: otlp,
  },
  {
    title: 'PostHog Python 7.91.1',
    name: 'posthog',
    python: 'instrumentations',
    env: (address, key) => ({ POSTHOG_HOST: address, POSTHOG_KEY: key }),
  },
  {
    title: 'Pydantic AI 2.68.0',
    name: 'pydantic_ai',
    python: 'instrumentations',
    env: otlp,
  },
  {
    title: 'Traceloop Python 0.62.4',
    name: 'traceloop',
    env: (address, key) => ({ TRACELOOP_BASE_URL: address, TRACELOOP_API_KEY: key }),
  },
];

let collector: ClientCollector;
beforeAll(async () => {
  collector = await openClientCollector(CLIENTS.map(({ name }) => name));
});
afterAll(() => collector.close());

describe.each(CLIENTS)('$title', ({ title, name, python = 'vendors', env, reasons }) => {
  // Each client starts Python, and some first send a request to their vendor's server, which is not reachable.
  const isNode = python === 'node';
  const isInstalled = existsSync(isNode ? NODE_FOLDER : PYTHONS[python]);
  const command: readonly [string, ...string[]] = isNode
    ? [process.execPath, 'otlp-app.mjs', name.slice('node-'.length)]
    : [PYTHONS[python], 'otlp_app.py', name];
  test.skipIf(!isInstalled)(
    'records users, threads, tokens and cost as on the bill',
    { timeout: 120_000 },
    async () => {
      const first = collector.bills().length;
      await runApp(
        command,
        { OPENAI_BASE_URL: collector.openaiUrl, ...env(collector.url, keysOf(name).ingest) },
        ...(isNode ? [NODE_FOLDER] : []),
      );
      const sent = reasons?.once === NO_FAILURES ? 2 : 3;
      const { users, calls, threads } = await readProject(collector, name, sent);
      expect(calls).toHaveLength(sent);
      expect(await findContent(collector, name, calls)).toEqual([]);
      const [bill, streamBill] = collector.bills().slice(first);
      const userOf = (id: string): UserRow | undefined => users.find((user) => user.id === id);
      const user = userOf('u-user');
      const stream = userOf('u-stream');
      await checkRow(
        title,
        {
          unchanged: true,
          user: calls.every(({ userId }) => userId !== null),
          props: user?.name === 'Ada',
          // Some create a conversation for every run without one.
          thread:
            threads.every((thread) => thread.calls === 1) &&
            threads.some(({ id, userId }) => id === 'thread-1' && userId === 'u-user'),
          tokens:
            user?.inputTokens === bill?.usage.inputTokens && user?.outputTokens === bill?.usage.outputTokens,
          cached: user?.cachedTokens === bill?.usage.cachedInputTokens,
          cost: user?.costExact === bill?.usd,
          once: calls.length === 3,
          streams:
            stream?.inputTokens === streamBill?.usage.inputTokens && stream?.costExact === streamBill?.usd,
        },
        reasons,
      );
    },
  );
});
