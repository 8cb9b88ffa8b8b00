import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The build that is missing for these tests, or undefined. */
export function missingBuild(): string | undefined {
  const needed = ['packages/collector/dist/cli/main.js', 'packages/collector/dashboard/index.html'];
  const missing = needed.find((path) => !existsSync(join(root, path)));
  return missing === undefined ? undefined : `${missing} is not built: run pnpm build`;
}

/** A collector process with its own data folder, which is deleted with it. */
export interface RunningCollector {
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** Stops it, and starts another on the same port and data. */
  readonly restart: (flags: readonly string[]) => Promise<void>;
}

/** Starts the real collector on a free port, and waits until it is ready. */
export async function startCollector(flags: readonly string[] = []): Promise<RunningCollector> {
  const data = await mkdtemp(join(tmpdir(), 'userspan-pages-'));
  let running = await startProcess(data, '0', flags);
  const { url } = running;
  return {
    url,
    async stop() {
      await running.end();
      await rm(data, { recursive: true, force: true });
    },
    async restart(others) {
      await running.end();
      running = await startProcess(data, new URL(url).port, others);
    },
  };
}

async function startProcess(
  data: string,
  port: string,
  flags: readonly string[],
): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  const child = spawn(
    process.execPath,
    [
      join(root, 'packages/collector/dist/cli/main.js'),
      '--port',
      port,
      '--grpc-port',
      '0',
      '--data',
      data,
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /^Dashboard and API\s+(http\S+)/mu.exec(output)?.[1];
      if (found !== undefined && /^ready$/mu.test(output)) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`the collector ended before it was ready:\n${output}`)));
  });
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Repeats a request until the answer is as expected, because acknowledged spans are visible a moment later. */
export async function waitForJson<Answer>(
  url: string,
  wanted: (answer: Answer) => boolean,
  {
    // A machine on which all tests run at once may need half a minute to store the first spans.
    timeoutMs = 40_000,
    pauseMs = 50,
    headers = {},
  }: {
    readonly timeoutMs?: number;
    readonly pauseMs?: number;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const response = await fetch(url, { headers });
    const answer = (await response.json()) as Answer;
    if (response.ok && wanted(answer)) return answer;
    if (Date.now() > end) throw new Error(`${url} never answered as wanted; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
