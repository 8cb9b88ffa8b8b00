// Runs the tests of this folder with every client: installs the Python ones and the coding agents into temporary folders, and
// sets their paths. Needs python3, PyPI and npm; about ten minutes. The versions are those of the tables in the tests.
//
// A path that is set already is used as it is: USERSPAN_CLIENTS_PYTHON, USERSPAN_CLIENTS_PYTHON_2,
// USERSPAN_CLIENTS_NODE, USERSPAN_CLIENTS_AGENTS.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PYTHON_PACKAGES = [
  'lunary==1.4.41',
  'openai>=2,<4',
  'langchain-openai>=1,<2',
  'langfuse==5.0.4',
  'langsmith[otel]==0.15.1',
  'logfire==5.4.0',
  'openlit==1.45.0',
  'traceloop-sdk==0.62.4',
];
/** Traceloop and OpenLIT need older releases of what these need. */
const PYTHON_PACKAGES_2 = [
  'openai>=2,<4',
  'litellm==1.110.2',
  'openai-agents==0.24.0',
  'openinference-instrumentation-openai==0.1.66',
  'openinference-instrumentation-openai-agents==2.6.0',
  'opentelemetry-exporter-otlp-proto-http>=1.45',
  'opentelemetry-instrumentation-genai-openai==1.3b0',
  'opentelemetry-processor-baggage',
  'opentelemetry-util-genai==1.3b0',
  'posthog==7.91.1',
  'pydantic-ai-slim[openai]==2.68.0',
];
/** Beside `openai` and OpenTelemetry, for `otlp-app.mjs`. */
const NODE_PACKAGES = [
  'openai@6.49.0',
  '@opentelemetry/api@1',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/sdk-trace-node@2',
  'ai5@npm:ai@5.0.277',
  'openai5@npm:@ai-sdk/openai@2',
  'ai6@npm:ai@6.0.326',
  'openai6@npm:@ai-sdk/openai@3',
  'ai7@npm:ai@7.0.173',
  'openai7@npm:@ai-sdk/openai@4',
  '@ai-sdk/otel@1.0.173',
  '@arizeai/openinference-core',
  '@arizeai/openinference-instrumentation-openai@4.2.7',
  '@arizeai/openinference-instrumentation-openai-agents@0.2.15',
  '@langfuse/openai@5.11.1',
  '@langfuse/otel@5.11.1',
  '@langfuse/tracing@5.11.1',
  '@mastra/core@1.71.0',
  '@mastra/observability@1.17.9',
  '@mastra/otel-exporter@1.4.0',
  '@openai/agents@0.20.0',
  '@traceloop/node-server-sdk@0.27.0',
  'openlit@1.15.0',
  'zod@4',
];
const AGENTS = [
  '@anthropic-ai/claude-code@2.1.332',
  '@github/copilot@1.0.102',
  '@google/gemini-cli@0.61.0',
  '@openai/codex@0.171.0',
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'userspan-clients-'));

function run(file, args, { env = {}, cwd = root } = {}) {
  const { status, error } = spawnSync(file, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) {
    throw error ?? new Error(`${file} ${args.join(' ')} ended with ${status}`);
  }
}

/** Returns the path of a Python that has the packages. `uv` takes a tenth of the time that `pip` takes to resolve them. */
function installPython(name, packages) {
  const folder = join(scratch, name);
  const python = join(folder, 'bin', 'python');
  run('python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', 'uv']);
  run(join(folder, 'bin', 'uv'), ['pip', 'install', '--quiet', '--python', python, ...packages]);
  return python;
}

/** Returns a folder that has the packages in its `node_modules`. */
function installNode(name, packages) {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  run('npm', [
    'install',
    '--legacy-peer-deps',
    '--silent',
    '--no-audit',
    '--no-fund',
    '--prefix',
    folder,
    ...packages,
  ]);
  return folder;
}

/** Returns a folder with the packages and the application that uses them. */
function installApp() {
  const folder = installNode('node', NODE_PACKAGES);
  copyFileSync(new URL('otlp-app.mjs', import.meta.url), join(folder, 'otlp-app.mjs'));
  return folder;
}

try {
  const {
    USERSPAN_CLIENTS_PYTHON: python,
    USERSPAN_CLIENTS_PYTHON_2: python2,
    USERSPAN_CLIENTS_NODE: node,
    USERSPAN_CLIENTS_AGENTS: agents,
  } = process.env;
  run('npx', ['vitest', 'run', 'test/clients'], {
    env: {
      USERSPAN_CLIENTS_PYTHON: python ?? installPython('python', PYTHON_PACKAGES),
      USERSPAN_CLIENTS_PYTHON_2: python2 ?? installPython('python-2', PYTHON_PACKAGES_2),
      USERSPAN_CLIENTS_NODE: node ?? installApp(),
      USERSPAN_CLIENTS_AGENTS: agents ?? installNode('agents', AGENTS),
    },
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
