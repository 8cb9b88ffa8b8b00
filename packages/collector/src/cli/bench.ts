import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCollector } from '../main.ts';
import { resolveOptions } from '../config/options.ts';
import { apiClient, CLIENT_FLAGS, succeeded } from './api-client.ts';
import { generateLoad, type LoadResult } from './generate-load.ts';
import { countFlag, type Flags, parseFlags, textFlag } from './parse-flags.ts';

/**
 * `userspan bench`: sends generated calls and prints spans per second and the latency of acknowledgements.
 *
 * With `--url`, that collector keeps the generated users, whose ids start with `userspan-bench-`. Without it, a
 * collector is started in this process with a directory that is deleted afterwards.
 */
export async function bench(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, {
    ...CLIENT_FLAGS,
    seconds: { type: 'string' },
    connections: { type: 'string' },
    'spans-per-request': { type: 'string' },
    rate: { type: 'string' },
    users: { type: 'string' },
  });
  if (textFlag(flags, 'url') !== undefined) {
    const client = apiClient(flags);
    await succeeded(await client.request('/readyz'));
    return measure(client.url, client.token, flags);
  }
  const data = await mkdtemp(join(tmpdir(), 'userspan-bench-'));
  try {
    const collector = await startCollector(
      resolveOptions({ port: 0, 'grpc-port': 'off', data, 'log-level': 'error' }),
    );
    try {
      return await measure(collector.url, undefined, flags);
    } finally {
      await collector.close();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function measure(url: string, token: string | undefined, flags: Flags): Promise<number> {
  const seconds = countFlag(flags, 'seconds', 10);
  const startedAt = performance.now();
  const result = await generateLoad({
    url,
    token,
    seconds,
    spansPerRequest: countFlag(flags, 'spans-per-request', 1000),
    connections: countFlag(flags, 'connections', 16),
    rate: textFlag(flags, 'rate') === undefined ? undefined : countFlag(flags, 'rate', 1),
    users: countFlag(flags, 'users', 10_000),
    idPrefix: 'userspan-bench-',
    onSecond: (spans, refused) => {
      const elapsed = (performance.now() - startedAt) / 1000;
      const line = `${elapsed.toFixed(0)}/${seconds} s  ${spans} spans  ${Math.round(spans / elapsed)} spans/s  ${refused} refused`;
      process.stderr.write(process.stderr.isTTY ? `\r${line.padEnd(78)}` : `${line}\n`);
    },
  });
  if (process.stderr.isTTY) {
    process.stderr.write('\n');
  }
  process.stdout.write(report(result));
  return result.spans > 0 ? 0 : 1;
}

function report({ spans, seconds, spansPerSecond, refused, p50Ms, p99Ms }: LoadResult): string {
  return (
    `${spans} spans acknowledged as durable in ${seconds.toFixed(1)} s: ${Math.round(spansPerSecond)} spans/s\n` +
    `acknowledgement p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms; ${refused} requests refused\n`
  );
}
