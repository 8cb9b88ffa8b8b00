import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND = `${PACKAGE}dist/cli/userspan.cjs`;

/** A collector in a process of its own. */
export interface SpawnedCollector {
  readonly url: string;
  readonly grpcUrl: string | undefined;
  /** As the start line names it. */
  readonly dataFolder: string;
  readonly child: ChildProcess;
  /** Its exit code, once it ended; null when a signal killed it. */
  readonly exited: Promise<number | null>;
  /** What it wrote to standard error so far. */
  stderr(): string;
  /** Ends it with this signal, and resolves to its exit code; null when the signal killed it. */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>;
}

/** Compiles the command; tests of processes run what is shipped. Quick when nothing changed. */
export async function buildCommand(): Promise<void> {
  const run = promisify(execFile);
  // Type errors anywhere in the workspace are another check's business, so only the output counts.
  await run('npx', ['tsc', '-b', PACKAGE], { cwd: PACKAGE }).catch(() => undefined);
}

/** How a command ended. */
export interface RanCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of `userspan` to its end, in a folder. It has no variables of this process. */
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

/** Starts `userspan` on free ports and resolves when it says that it is ready. */
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
 * What the API of a collector answers, from its JSON.
 *
 * @throws Error with the answer, where it is not one of success.
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
