import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveOptions, startCollector } from '@userspan/collector';
import { type Bill, startOpenAIServer } from '@userspan-test/openai-server';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The tokens of a project. Each client has a separate project, so that they can share a collector. */
export const keysOf = (project: string): { ingest: string; browser: string; read: string } => ({
  ingest: `ingest-secret-of-${project}`,
  browser: `browser-secret-of-${project}`,
  read: `reading-secret-of-${project}`,
});

export interface Figures {
  readonly calls: number;
  readonly pricedCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly costExact: string | null;
}

export interface UserRow extends Figures {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly name: string | null;
  readonly email: string | null;
  readonly props: Readonly<Record<string, unknown>>;
  readonly claimed: boolean;
  readonly threads: number;
  readonly errors: number;
}

export interface CallRow {
  readonly userId: string | null;
  readonly userClaimed: boolean;
  readonly threadId: string | null;
  readonly tags: readonly string[];
  readonly unpriced: string | null;
  readonly model: string;
  readonly costSource: string | null;
  readonly traceId: string;
}

/** A collector with tokens and an API for models, both in this process. Clients run in separate processes. */
export interface ClientCollector {
  readonly url: string;
  readonly openaiUrl: string;
  bills(): readonly Bill[];
  /** Requests JSON from the API for one project. */
  get<T>(project: string, path: string): Promise<T>;
  /** Returns files of the write-ahead log that contain one of the texts. The store is compressed, so check it with the API. */
  filesWith(texts: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openClientCollector(projects: readonly string[]): Promise<ClientCollector> {
  const data = await mkdtemp(join(tmpdir(), 'userspan-clients-'));
  const collector = await startCollector(
    resolveOptions({
      port: 0,
      'grpc-port': 'off',
      data,
      token: projects.flatMap((project) =>
        Object.entries(keysOf(project)).map(([permission, secret]) => `${permission}@${project}=${secret}`),
      ),
      'batch-linger': 20,
      'log-level': 'warn',
    }),
  );
  const api = await startOpenAIServer();
  return {
    url: collector.url,
    openaiUrl: api.url,
    bills: () => api.bills,
    async get<T>(project: string, path: string) {
      const response = await fetch(`${collector.url}/api/${path}`, {
        headers: { authorization: `Bearer ${keysOf(project).read}` },
      });
      return (await response.json()) as T;
    },
    async filesWith(texts: readonly string[]) {
      const log = join(data, 'log');
      const found: string[] = [];
      for (const name of await readdir(log)) {
        // A segment may be deleted meanwhile, because the store has its requests.
        const bytes = await readFile(join(log, name)).catch(() => Buffer.alloc(0));
        if (texts.some((text) => bytes.includes(text))) found.push(name);
      }
      return found;
    },
    async close() {
      await collector.close();
      await api.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Runs an application until it exits. If it fails, rejects with its output. */
export function runApp(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  cwd: string = HERE,
): Promise<string> {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) {
        resolve(output);
      } else {
        reject(new Error(`${command.join(' ')} ended with ${String(code)}:\n${output}`));
      }
    });
  });
}

export interface ThreadRow extends Figures {
  readonly id: string;
  readonly userId: string | null;
}

/** The data of a project. */
export interface Recorded {
  readonly users: readonly UserRow[];
  readonly calls: readonly CallRow[];
  readonly threads: readonly ThreadRow[];
}

/**
 * Waits until at least this many calls are stored and included in the sums, and returns the data of the project. Calls
 * and sums of a batch are written by separate inserts.
 */
export async function readProject(
  collector: ClientCollector,
  project: string,
  leastCalls: number,
): Promise<Recorded> {
  const get = async <T>(path: string): Promise<readonly T[]> =>
    (await collector.get<{ data: readonly T[] }>(project, path)).data;
  const read = async (): Promise<Recorded> => ({
    users: await get('users'),
    calls: await get('calls?limit=50'),
    threads: await get('threads'),
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    const recorded = await read();
    const attributed = recorded.calls.filter(({ userId }) => userId !== null).length;
    const counted = recorded.users.reduce((sum, { calls }) => sum + calls, 0);
    const isComplete = recorded.calls.length >= leastCalls && counted === attributed;
    if (isComplete || Date.now() > deadline) {
      return recorded;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The prompts of all applications, and the answers of the models. */
const CONTENT = [
  'input 2000; output',
  'input 77; output',
  'input 100; output',
  'Say hello. ',
  'Hello there',
  '[[input',
];

/** Returns the places where a prompt or an answer is stored. There must be none, because these collectors keep no content. */
export async function findContent(
  collector: ClientCollector,
  project: string,
  calls: readonly CallRow[],
): Promise<readonly string[]> {
  const traces = await Promise.all(
    [...new Set(calls.map(({ traceId }) => traceId))].map(async (traceId) =>
      JSON.stringify(await collector.get(project, `traces/${traceId}`)),
    ),
  );
  const answers = traces.flatMap((trace) => CONTENT.filter((text) => trace.includes(text)));
  return [...answers, ...(await collector.filesWith(CONTENT))];
}
