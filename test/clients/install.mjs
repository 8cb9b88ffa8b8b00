/**
 * Installs the clients of other vendors for the tests of this folder, and the backends that `test/interop/backends.test.ts` sends to: Python
 * packages and coding agents, into temporary folders. The versions are those of the tables in the tests.
 *
 * To use an existing installation, set its path in USERSPAN_CLIENTS_PYTHON, USERSPAN_CLIENTS_PYTHON_2,
 * USERSPAN_CLIENTS_NODE, USERSPAN_CLIENTS_AGENTS or USERSPAN_BACKENDS_PYTHON.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NetworkFault, runOnline } from '../network.mjs';

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
/** In a separate environment from Traceloop and OpenLIT, which need older releases of the dependencies of these packages. */
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
  '@opentelemetry/context-async-hooks@2',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-trace-otlp-proto',
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
  'langsmith@0.12.0',
  'openlit@1.15.0',
  'zod@4',
];
/** Backends of other vendors, which receive Userspan's spans. */
const PYTHON_BACKENDS = ['arize-phoenix==20.26.1', 'mlflow==3.17.2'];
const AGENTS = [
  '@anthropic-ai/claude-code@2.1.332',
  '@github/copilot@1.0.102',
  '@google/gemini-cli@0.61.0',
  '@openai/codex@0.171.0',
];

/** The tests that need these packages. */
export const TESTS = ['test/clients', 'test/interop/backends.test.ts'];

/** The oldest version of Python that all packages above support. */
const OLDEST_PYTHON = [3, 10];

/**
 * @returns `env`, the paths of the installed packages; `absent`, the reasons for the others; `remove`, which deletes the
 *   folders.
 * @throws if an installation fails, unless Python is missing or a registry does not answer.
 */
export async function installClients() {
  const scratch = mkdtempSync(join(tmpdir(), 'userspan-clients-'));
  const env = {};
  const absent = [];
  const put = async (name, install) => {
    try {
      env[name] = process.env[name] ?? (await install());
    } catch (error) {
      if (!(error instanceof NetworkFault || error instanceof NoPython)) throw error;
      absent.push(`${name}: ${error.message}`);
    }
  };
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  try {
    await put('USERSPAN_CLIENTS_PYTHON', () => installPython(join(scratch, 'python'), PYTHON_PACKAGES));
    await put('USERSPAN_CLIENTS_PYTHON_2', () => installPython(join(scratch, 'python-2'), PYTHON_PACKAGES_2));
    await put('USERSPAN_BACKENDS_PYTHON', () => installPython(join(scratch, 'backends'), PYTHON_BACKENDS));
    await put('USERSPAN_CLIENTS_NODE', () => installApp(join(scratch, 'node')));
    await put('USERSPAN_CLIENTS_AGENTS', () => installNode(join(scratch, 'agents'), AGENTS));
  } catch (error) {
    remove();
    throw error;
  }
  return { env, absent, remove };
}

class NoPython extends Error {}

/** Returns the path of a Python with the packages. `uv` resolves them in a tenth of the time of `pip`. */
async function installPython(folder, packages) {
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  const [major = 0, minor = 0] = (stdout ?? '').split(' ').map(Number);
  const isNewEnough = major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1];
  if (!isNewEnough) throw new NoPython(`there is no python3 of ${OLDEST_PYTHON.join('.')} or newer`);
  if (spawnSync('python3', ['-m', 'venv', folder]).status !== 0)
    throw new NoPython('python3 -m venv does not run here');
  const python = join(folder, 'bin', 'python');
  await runOnline(python, ['-m', 'pip', 'install', '--quiet', 'uv']);
  await runOnline(join(folder, 'bin', 'uv'), ['pip', 'install', '--quiet', '--python', python, ...packages]);
  return python;
}

/** Returns a folder that has the packages in its `node_modules`. */
async function installNode(folder, packages) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const flags = ['--legacy-peer-deps', '--loglevel=error', '--no-audit', '--no-fund', '--prefix', folder];
  await runOnline('npm', ['install', ...flags, ...packages]);
  return folder;
}

/** Returns a folder with the packages and the application that uses them. */
async function installApp(folder) {
  await installNode(folder, NODE_PACKAGES);
  copyFileSync(new URL('otlp-app.mjs', import.meta.url), join(folder, 'otlp-app.mjs'));
  return folder;
}
