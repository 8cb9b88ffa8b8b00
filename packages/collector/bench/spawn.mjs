// Starts the built command in a separate process, so that the published code is measured.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../dist/cli/userspan.cjs', import.meta.url));

export async function startUserspan(args) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--log-level', 'error', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url ||= /(http:\S+)$/.exec(line)?.[1] ?? '';
    if (line === 'ready') break;
  }
  if (url === '') throw new Error('userspan did not start');
  return {
    url,
    pid: child.pid,
    startMs: performance.now() - startedAt,
    /**
     * Memory in megabytes: the current value, the peak, and the part that holds program files (Node, the engine's
     * library), which the system can drop at any time. Linux only.
     */
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const mb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
      return { now: mb('VmRSS'), peak: mb('VmHWM'), files: mb('RssFile') };
    },
    /** Resets the peak memory. */
    forgetPeak() {
      writeFileSync(`/proc/${child.pid}/clear_refs`, '5');
    },
    async health() {
      return (await fetch(`${url}/healthz`)).json();
    },
    stop() {
      return new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
      });
    },
  };
}
