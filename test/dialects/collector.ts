import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../packages/collector/dist/cli/userspan.cjs', import.meta.url));

/** A collector in a separate process. */
export interface Collector {
  readonly url: string;
  /** Requests JSON from its API. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts `userspan` on a free port with an empty store. */
export async function startCollector(): Promise<Collector> {
  const directory = mkdtempSync(join(tmpdir(), 'userspan-dialects-'));
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--grpc-port', 'off', '--data', directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += String(chunk)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^OTLP\/HTTP .* (https?:\/\/[^/]+)/.exec(line)?.[1] ?? url;
    if (line === 'ready') break;
  }
  if (url === '') throw new Error(`userspan did not start: ${complaint}`);
  // Discards later output, so that the pipe does not fill up.
  child.stdout.resume();
  return {
    url,
    get: async (path) => (await fetch(`${url}/api/${path}`)).json(),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
