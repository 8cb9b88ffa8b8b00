import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('apps/ends.mjs', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

/** The result of a run of `apps/ends.mjs`. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
  /** The time from the end of the app's work to the end of the process. */
  readonly ms: number;
}

/** Runs `apps/ends.mjs` with the variables that it reads. `node` is the binary; the one of this process by default. */
export function runEnds(url: string, env: Record<string, string>, node = process.execPath): Promise<Ended> {
  const child = spawn(node, ['--import', '@userspan/node/auto', app], {
    cwd: here,
    env: { PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let doneAt = Number.NaN;
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    if (output.includes('done')) doneAt = Number.isNaN(doneAt) ? performance.now() : doneAt;
  });
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, output, errors, ms: performance.now() - doneAt });
    });
  });
}
