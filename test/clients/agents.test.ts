import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRow, type Reasons } from './client-table.ts';
import { ANSWERED, type ModelServer, startModelServer } from './model-server.ts';
import {
  findContent,
  keysOf,
  openClientCollector,
  readProject,
  type ClientCollector,
  runApp,
} from './run-client.ts';

/** A folder with the packages of `AGENTS` in its `node_modules`: `test/clients/install.mjs` makes one. */
const FOLDER = process.env['USERSPAN_CLIENTS_AGENTS'] ?? '';

/** The addresses of the model and the collector, and the key of the agent's project. */
interface Surroundings {
  readonly home: string;
  readonly models: string;
  readonly openai: string;
  readonly collector: string;
  readonly key: string;
}

interface Agent {
  /** The client and the version that `run.mjs` installs. */
  readonly title: string;
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: (surroundings: Surroundings) => Readonly<Record<string, string>>;
  /** Files in the home folder of the developer. */
  readonly files?: (surroundings: Surroundings) => Readonly<Record<string, string>>;
  /** The expected cost of one request; `null` if it is on the bill of the stand-in for OpenAI. */
  readonly expected: {
    readonly inputTokens: number;
    readonly cachedTokens: number;
    readonly outputTokens: number;
    readonly costExact: string;
  } | null;
  readonly reasons?: Reasons;
  /** Whether it sends an installation id, which identifies the developer if no address is sent. Default: false. */
  readonly hasInstallation?: boolean;
}

const PROMPT = 'Say hello. [[input 2000; cached 1024; output 100]]';
const otlp = ({ collector, key }: Surroundings): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${key}`,
  // The only place in which every agent can have a developer's name.
  OTEL_RESOURCE_ATTRIBUTES: 'user.email=ada@example.com,user.name=Ada',
});
const { anthropic, google } = ANSWERED;

const AGENTS: readonly Agent[] = [
  {
    title: 'Claude Code 2.1.332',
    name: 'claude-code',
    hasInstallation: true,
    command: ['claude', '-p', PROMPT],
    // The documented quick start with logs, and traces (in beta). Both record each request.
    env: (surroundings) => ({
      ...otlp(surroundings),
      ANTHROPIC_BASE_URL: surroundings.models,
      ANTHROPIC_API_KEY: 'sk-ant-test',
      ANTHROPIC_MODEL: 'claude-sonnet-4-5',
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    }),
    expected: {
      inputTokens: anthropic.input + anthropic.cached + anthropic.cacheWrite,
      cachedTokens: anthropic.cached,
      outputTokens: anthropic.output,
      // 12 at $3, 1,000 at $0.30, 50 written at $3.75, 34 at $15 per million.
      costExact: '0.0010335',
    },
  },
  {
    title: 'Codex CLI 0.171.0',
    name: 'codex',
    command: ['codex', 'exec', '--skip-git-repo-check', PROMPT],
    env: (surroundings) => ({ ...otlp(surroundings), OPENAI_API_KEY: 'sk-test' }),
    files: ({ openai, collector, key }) => ({
      '.codex/config.toml': `model = "gpt-5-mini"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "${openai}"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
[otel]
environment = "test"
metrics_exporter = "none"
[otel.exporter.otlp-http]
endpoint = "${collector}/v1/logs"
protocol = "binary"
headers = { "Authorization" = "Bearer ${key}" }
[otel.trace_exporter.otlp-http]
endpoint = "${collector}/v1/traces"
protocol = "binary"
headers = { "Authorization" = "Bearer ${key}" }
`,
    }),
    expected: null,
  },
  {
    title: 'Copilot CLI 1.0.102',
    name: 'copilot',
    command: ['copilot', '-p', PROMPT, '--allow-all-tools'],
    env: (surroundings) => ({
      ...otlp(surroundings),
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: surroundings.openai,
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_PROVIDER_API_KEY: 'sk-test',
      COPILOT_MODEL: 'gpt-5-mini',
      COPILOT_OTEL_ENABLED: 'true',
    }),
    expected: null,
  },
  {
    title: 'Gemini CLI 0.61.0',
    name: 'gemini',
    command: ['gemini', '--skip-trust', '-m', 'gemini-2.5-flash', '-p', PROMPT],
    env: (surroundings) => ({
      ...otlp(surroundings),
      GEMINI_API_KEY: 'test',
      GOOGLE_GEMINI_BASE_URL: surroundings.models,
      GEMINI_TELEMETRY_ENABLED: 'true',
      GEMINI_TELEMETRY_TARGET: 'local',
      GEMINI_TELEMETRY_OTLP_ENDPOINT: surroundings.collector,
      GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
    }),
    files: () => ({
      '.gemini/settings.json': JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }),
    }),
    expected: {
      inputTokens: google.input,
      cachedTokens: google.cached,
      outputTokens: google.output + google.thoughts,
      // 400 at $0.30, 800 at $0.03, 54 at $2.50 per million.
      costExact: '0.000279',
    },
  },
];

let collector: ClientCollector;
let models: ModelServer;
let homes: string;
beforeAll(async () => {
  collector = await openClientCollector(AGENTS.map(({ name }) => name));
  models = await startModelServer();
  homes = await mkdtemp(join(tmpdir(), 'userspan-agents-'));
});
afterAll(async () => {
  await collector.close();
  await models.close();
  await rm(homes, { recursive: true, force: true });
});

/** Runs an agent once, on a separate machine. */
async function runAgent(
  { name, command, env, files }: Agent,
  machine: string,
  isNamed = true,
): Promise<void> {
  const surroundings: Surroundings = {
    home: join(homes, name, machine),
    models: models.url,
    openai: collector.openaiUrl,
    collector: collector.url,
    key: keysOf(name).ingest,
  };
  await mkdir(surroundings.home, { recursive: true });
  for (const [path, content] of Object.entries(files?.(surroundings) ?? {})) {
    await mkdir(dirname(join(surroundings.home, path)), { recursive: true });
    await writeFile(join(surroundings.home, path), content);
  }
  const [file, ...args] = command;
  await runApp(
    [join(FOLDER, 'node_modules', '.bin', file), ...args],
    { ...env(surroundings), HOME: surroundings.home, ...(isNamed ? {} : { OTEL_RESOURCE_ATTRIBUTES: '' }) },
    surroundings.home,
  );
}

/** An amount in units of 10^-12 dollars. */
const picoOf = (usd: number): number => Math.round(usd * 1e12);

describe.skipIf(!existsSync(FOLDER)).each(AGENTS)('$title', (agent) => {
  const { title, name, expected, reasons, hasInstallation = false } = agent;
  const runs = hasInstallation ? 3 : 2;
  test(
    'counts two machines of one developer as one user, with the cost on the bill',
    { timeout: 240_000 },
    async () => {
      const first = collector.bills().length;
      const firstRequest = models.requests();
      await runAgent(agent, 'laptop');
      await runAgent(agent, 'desktop');
      if (hasInstallation) await runAgent(agent, 'laptop', false);
      const bills = collector.bills().slice(first);
      const requests = bills.length + models.requests() - firstRequest;
      const sum = (read: (bill: (typeof bills)[number]) => number | undefined, each = 0): number =>
        expected === null ? bills.reduce((total, bill) => total + (read(bill) ?? 0), 0) : each * requests;
      expect(requests).toBeGreaterThanOrEqual(2);
      // A web search is billed in addition to the request, and Codex records it as a separate event.
      const searches = bills.reduce((total, { usage }) => total + (usage.webSearchCalls ?? 0), 0);
      const { users, calls, threads } = await readProject(collector, name, requests + searches);
      expect(await findContent(collector, name, calls)).toEqual([]);
      const [user, ...others] = users;
      await checkRow(
        title,
        {
          unchanged: true,
          user: user?.id === 'ada@example.com' && others.length === 0 && user.calls === calls.length,
          props: user?.name === 'Ada' && user.email === 'ada@example.com',
          thread:
            threads.length === runs &&
            threads.every(
              ({ userId }) => userId !== null && [user?.id, ...(user?.aliases ?? [])].includes(userId),
            ),
          tokens:
            user?.inputTokens === sum(({ usage }) => usage.inputTokens, expected?.inputTokens) &&
            user.outputTokens === sum(({ usage }) => usage.outputTokens, expected?.outputTokens),
          cached: user?.cachedTokens === sum(({ usage }) => usage.cachedInputTokens, expected?.cachedTokens),
          cost:
            picoOf(Number(user?.costExact)) ===
            picoOf(sum(({ usd }) => Number(usd), Number(expected?.costExact))),
          once: calls.length === requests + searches,
          // The agent only requests streams.
          streams: calls.every(({ unpriced }) => unpriced === null),
        },
        reasons,
      );
    },
  );
});
