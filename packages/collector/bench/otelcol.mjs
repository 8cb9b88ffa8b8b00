import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { otelcolPath } from '../../../test/interop/build-otelcol.mjs';

const TICKS_PER_SECOND = 100;

/**
 * Sends the same load to the OpenTelemetry Collector, which decodes it and writes it to a file as protobuf. This is the
 * minimum cost of receiving spans: it has no data by user, no sums and no syncs. If `test/interop/build-otelcol.mjs` has
 * not built it, prints that and returns `undefined`.
 *
 * @param sendLoad sends the load to a base URL
 */
export async function otelcolStored(sendLoad) {
  const binary = otelcolPath();
  if (!existsSync(binary)) {
    console.error(
      'The OpenTelemetry Collector beside it: not measured; node test/interop/build-otelcol.mjs builds it.',
    );
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'userspan-otelcol-'));
  const file = join(folder, 'spans');
  const [port, telemetryPort] = [await freePort(), await freePort()];
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: { batch: { send_batch_size: 8192 } },
    exporters: { file: { path: file, format: 'proto' } },
    service: {
      telemetry: {
        logs: { level: 'error' },
        metrics: {
          readers: [{ pull: { exporter: { prometheus: { host: '127.0.0.1', port: telemetryPort } } } }],
        },
      },
      pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['file'] } },
    },
  };
  // JSON is valid YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  const child = spawn(binary, ['--config', join(folder, 'config.yaml')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await isListening(url);
    const cpuBefore = cpuOf(child.pid);
    const startedAt = performance.now();
    const load = await sendLoad(url);
    let size = -1;
    while (size !== statSync(file).size) {
      size = statSync(file).size;
      await sleep(300);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const cpuUs = ((cpuOf(child.pid) - cpuBefore) * 1e6) / load.spans;
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return {
      storedPerSecond: load.spans / seconds,
      p99Ms: load.p99Ms,
      cpuUs,
      memoryMb: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
      bytesPerSpan: size / load.spans,
    };
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => {
      child.once('exit', resolve);
    });
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function isListening(url) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(100);
  }
  throw new Error('the OpenTelemetry Collector did not start');
}

/** Seconds of CPU of a process. */
function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
