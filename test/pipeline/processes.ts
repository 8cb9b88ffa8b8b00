import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** A started process that has reported that it is ready. */
export interface Running {
  /** The first printed URL. */
  readonly url: string;
  /** All output so far. */
  output(): string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Sends SIGTERM or the given signal, and waits for the end of the process. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

/** Starts a Node process and resolves when it has printed a URL. */
export async function startProcess(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: options.cwd ?? root,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = /https?:\/\/[\w.:[\]]+\d(?:\/v1)?(?=[\s"/])/.exec(output);
      if (match !== null) resolve(match[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then((code) => reject(new Error(`${args.join(' ')} ended with ${code}:\n${output}`)));
  });
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> => {
    child.kill(signal);
    return ended;
  };
  return { url, output: () => output, ended, stop };
}

/** The collector with a temporary store. */
export async function startCollector(flags: readonly string[] = []): Promise<Running> {
  const data = await mkdtemp(join(tmpdir(), 'userspan-pipeline-'));
  const main = join(root, 'packages/collector/dist/cli/userspan.cjs');
  const running = await startProcess([main, '--port', '0', '--grpc-port', '0', '--data', data, ...flags]);
  const ended = running.ended.then(async (code) => {
    await rm(data, { recursive: true, force: true });
    return code;
  });
  return { ...running, ended, stop: async (signal) => (await running.stop(signal), ended) };
}

/** The chat example with the documented set-up: one flag and the usual variables. */
export function startChat(
  collectorUrl: string,
  openaiUrl: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Running> {
  return startProcess(['--import', '@userspan/node/auto', 'server.js'], {
    cwd: join(root, 'examples/chat'),
    env: {
      PORT: '0',
      OTEL_SERVICE_NAME: 'chat',
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
      OPENAI_BASE_URL: openaiUrl,
      OPENAI_API_KEY: 'sk-test',
      // The stand-in for OpenAI accepts the option for a stream's usage, like OpenAI.
      USERSPAN_STREAM_USAGE_HOSTS: '127.0.0.1',
      ...env,
    },
  });
}

/** Repeats a request until the answer is the expected one. Fails with the last answer. */
export async function until<T>(
  ask: () => Promise<T>,
  isIt: (answer: T) => boolean,
  limitMs = 15_000,
): Promise<T> {
  const limit = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (Date.now() > limit) throw new Error(`still not there after ${limitMs} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(?:OTEL_|USERSPAN_|OPENAI_|VITEST|NODE_OPTIONS|NODE_ENV)/.test(name)) env[name] = value;
  }
  return env;
}
