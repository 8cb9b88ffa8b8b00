import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An OpenTelemetry Collector that writes received spans to a file and forwards them. */
export interface Otelcol {
  readonly http: string;
  readonly grpc: string;
  /** Every span that it has written, by span id, as its own JSON. */
  spans(): Promise<ReadonlyMap<string, WireSpan>>;
  stop(): Promise<void>;
}

/** A span in OTLP/JSON with its resource and scope. */
export interface WireSpan {
  readonly name: string;
  readonly attributes?: readonly { readonly key: string; readonly value: unknown }[];
  readonly [field: string]: unknown;
}

interface WireFile {
  readonly resourceSpans: readonly {
    readonly resource: unknown;
    readonly scopeSpans: readonly {
      readonly scope: unknown;
      readonly spans: readonly (WireSpan & { spanId: string })[];
    }[];
  }[];
}

/** Where to forward spans: OTLP over HTTP (a base URL) or gRPC (`host:port`); absent: nowhere. */
export type SendOn = { readonly http: string } | { readonly grpc: string } | undefined;

export async function startOtelcol(binary: string, sendOn?: SendOn): Promise<Otelcol> {
  const folder = await mkdtemp(join(tmpdir(), 'userspan-otelcol-'));
  const file = join(folder, 'spans.jsonl');
  const [httpPort, grpcPort] = await freePorts(2);
  const exporters = ['file', ...(sendOn === undefined ? [] : ['http' in sendOn ? 'otlp_http' : 'otlp_grpc'])];
  const config = {
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: `127.0.0.1:${httpPort}` },
          grpc: { endpoint: `127.0.0.1:${grpcPort}` },
        },
      },
    },
    processors: { batch: { timeout: '100ms' } },
    exporters: {
      file: { path: file, flush_interval: '50ms' },
      ...(sendOn === undefined
        ? {}
        : 'http' in sendOn
          ? { otlp_http: { endpoint: sendOn.http } }
          : { otlp_grpc: { endpoint: sendOn.grpc, tls: { insecure: true } } }),
    },
    service: {
      pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters } },
      telemetry: { metrics: { level: 'none' } },
    },
  };
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config)); // JSON is YAML
  const child = spawn(binary, ['--config', join(folder, 'config.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Everything is ready')) resolve();
    });
    void ended.then(() => reject(new Error(`otelcol ended before it was ready:\n${output}`)));
  });
  return {
    http: `http://127.0.0.1:${httpPort}`,
    grpc: `127.0.0.1:${grpcPort}`,
    spans: async () => readSpans(await readFile(file, 'utf8').catch(() => '')),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function readSpans(text: string): Map<string, WireSpan> {
  const spans = new Map<string, WireSpan>();
  for (const line of text.split('\n')) {
    if (!line.endsWith('}')) continue; // not written to its end yet
    for (const { resource, scopeSpans } of (JSON.parse(line) as WireFile).resourceSpans) {
      for (const { scope, spans: inScope } of scopeSpans) {
        for (const span of inScope) spans.set(span.spanId, { ...span, resource, scope });
      }
    }
  }
  return spans;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
