import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND = `${PACKAGE}dist/cli/userspan.cjs`;

/** A collector in a separate process. */
export interface SpawnedCollector {
  readonly url: string;
  readonly grpcUrl: string | undefined;
  /** The data folder according to the start message. */
  readonly dataFolder: string;
  readonly child: ChildProcess;
  /** Resolves to the exit code; null if a signal killed the process. */
  readonly exited: Promise<number | null>;
  /** The standard error output so far. */
  stderr(): string;
  /** Sends a signal, and resolves to the exit code; null if the signal killed the process. */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>;
}

/** Compiles the command, because tests of processes run the published code. Fast if nothing changed. */
export async function buildCommand(): Promise<void> {
  const run = promisify(execFile);
  // Type errors are ignored, because another check reports them.
  await run('npx', ['tsc', '-b', PACKAGE], { cwd: PACKAGE }).catch(() => undefined);
}

/** The result of a command. */
export interface RanCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of `userspan` in a folder until it ends, without the environment variables of this process. */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
): Promise<RanCommand> {
  return new Promise((resolve) => {
    const env = { PATH: '/usr/bin:/bin', ...environment };
    execFile(execPath, [COMMAND, ...args], { env, cwd }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Starts `userspan` on free ports and resolves when it is ready. */
export async function spawnCollector(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<SpawnedCollector> {
  const child = spawn(execPath, [COMMAND, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: '/usr/bin:/bin', ...environment },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  let dataFolder = '';
  const urls = new Map<string, string>();
  const isReady = (async (): Promise<boolean> => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'ready') {
        return true;
      }
      const [, name = '', url = ''] = /^(\S+).* (https?:\/\/\S+)$/.exec(line) ?? [];
      urls.set(name, url);
      dataFolder = /^Data folder +(.*)$/.exec(line)?.[1] ?? dataFolder;
    }
    return false;
  })();
  if (!(await isReady)) {
    throw new Error(`userspan ended with ${await exited}: ${stderr}`);
  }
  return {
    url: urls.get('Dashboard') ?? '',
    grpcUrl: urls.get('OTLP/gRPC'),
    dataFolder,
    child,
    exited,
    stderr: () => stderr,
    stop: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** A request to the API, whose body is sent as JSON. */
export type ApiRequest = [method: 'GET' | 'POST' | 'PUT', path: string, body?: object];

/**
 * Sends a request to the API of a collector and returns the parsed answer.
 *
 * @throws Error with the answer if the request failed.
 */
export async function askApi<T>(url: string | undefined, ...[method, path, body]: ApiRequest): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
