import { AlwaysOnSampler, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { ReadableSpan, Sampler, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { redactUser, UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor } from '@userspan/ledger';
import { isHttpObserved } from '@userspan/core/internal';
import type { PriceOptions } from '@userspan/pricing';
import { readNamedFile } from '../environment.ts';
import { ExportQueue } from '../export/export-queue.ts';
import type { EndableExporter } from '../export/export-queue.ts';
import { OtlpExporter } from '../export/otlp-exporter.ts';
import { sendSync } from '../export/send-sync.ts';
import type { ExportTarget } from './export-target.ts';
import type { RegisterOptions, ResolvedOptions } from './options.ts';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';

const MAX_BATCH_SIZE = 512;

/** The tracer provider of `register()`, with its exporter. */
export interface SpanPipeline {
  readonly provider: NodeTracerProvider;
  /**
   * Creates a provider for a process whose global one belongs to another SDK. It ignores `OTEL_TRACES_SAMPLER`, which
   * is meant for that SDK.
   */
  providerBeside(): NodeTracerProvider;
  readonly queue: ExportQueue;
  /** Stops retrying failed connections, because the process is ending. */
  hurry(): void;
  /** Sends the remaining spans synchronously. */
  flushSync(limitMs: number): void;
}

/** Creates the chain of span processors: user, cost, the app's own processors, then queue and exporter. */
export function makePipeline(
  options: RegisterOptions,
  resolved: ResolvedOptions,
  prices: PriceOptions | undefined,
): SpanPipeline {
  const target: ExportTarget = { ...resolved.target, tls: readTls(resolved) };
  const otlp = new OtlpExporter(target);
  const exporter: EndableExporter = options.exporter ?? otlp;
  const redacting = redactUser(exporter, resolved.user);
  const queue = new ExportQueue({
    exporter: {
      export: (spans, done) => redacting.export(spans, done),
      abort: () => exporter.abort?.(),
      shutdown: () => redacting.shutdown(),
    },
    endpoint: target.url,
    maxQueueSize: resolved.maxQueueSize,
    scheduleDelayMs: resolved.scheduleDelayMs,
    flushTimeoutMs: resolved.flushTimeoutMs,
    isObserved: () => exporter !== otlp || isHttpObserved(target.url.startsWith('https:')),
  });
  const config = {
    resource: detectResource(resolved.serviceName),
    // The queue has its own limit and reports lost spans.
    forceFlushTimeoutMillis: resolved.flushTimeoutMs + 50,
    spanProcessors: [
      new UserSpanProcessor(),
      new CostSpanProcessor(prices === undefined ? {} : { prices }),
      ...(options.spanProcessors ?? []),
      queue,
    ],
  };
  return {
    provider: new NodeTracerProvider({ ...config, ...samplerOf(options, resolved) }),
    providerBeside: () =>
      new NodeTracerProvider({ ...config, ...samplerOf(options, { ...resolved, recordsAll: true }) }),
    queue,
    hurry: () => exporter.hurry?.(),
    flushSync: (limitMs) => {
      // Another exporter can only do what it does before its first await.
      if (exporter !== otlp) void queue.forceFlush();
      else {
        const spans = [...otlp.unwritten, ...redactedSpans(queue.takeWaiting(), resolved)];
        if (spans.length === 0) return;
        const { lost, failure } = sendBatchesSync(otlp, target, spans, limitMs);
        if (lost > 0) queue.reportLost(lost, failure);
      }
    },
  };
}

/**
 * Unlike in OpenTelemetry, the parent does not decide by default: Sentry beside us gives each request an unsampled
 * parent, and any client may do so.
 */
function samplerOf({ sampler }: RegisterOptions, { recordsAll }: ResolvedOptions): { sampler?: Sampler } {
  if (sampler !== undefined) return { sampler };
  return recordsAll ? { sampler: new AlwaysOnSampler() } : {};
}

function redactedSpans(spans: readonly ReadableSpan[], { user }: ResolvedOptions): readonly ReadableSpan[] {
  const redacted: ReadableSpan[] = [];
  const sink: SpanExporter = {
    export: (batch, done) => {
      redacted.push(...batch);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  redactUser(sink, user).export([...spans], () => {});
  return redacted;
}

/** Sends spans synchronously. Returns how many were not accepted, and why. */
function sendBatchesSync(
  otlp: OtlpExporter,
  target: ExportTarget,
  spans: readonly ReadableSpan[],
  limitMs: number,
): { readonly lost: number; readonly failure: Error | undefined } {
  const endsAt = performance.now() + limitMs;
  const batches: { readonly body: Uint8Array; readonly size: number }[] = [];
  for (let start = 0; start < spans.length; start += MAX_BATCH_SIZE) {
    const batch = spans.slice(start, start + MAX_BATCH_SIZE);
    const body = otlp.serialize(batch);
    if (body !== undefined) batches.push({ body, size: batch.length });
  }
  const bodies = batches.map(({ body }) => body);
  const { accepted, failure } = sendSync(
    { url: target.url, headers: otlp.requestHeaders, tls: target.tls, bodies },
    Math.max(0, endsAt - performance.now()),
  );
  const lost = batches.reduce((sum, { size }, index) => sum + (accepted[index] === true ? 0 : size), 0);
  return { lost, failure };
}

function readTls({ tlsFiles }: ResolvedOptions): ExportTarget['tls'] {
  return Object.fromEntries(
    tlsFiles.map(({ field, variable, path }) => [field, readNamedFile(variable, path)]),
  );
}

/**
 * The resource of spans: `OTEL_RESOURCE_ATTRIBUTES`, `service.name` and the SDK.
 *
 * Without host and process detectors, which would send the owner's name and the command line.
 */
function detectResource(serviceName: string | undefined): Resource {
  const detected = defaultResource().merge(detectResources({ detectors: [envDetector] }));
  const own = { 'telemetry.distro.name': '@userspan/node' };
  return detected.merge(
    resourceFromAttributes(serviceName === undefined ? own : { ...own, 'service.name': serviceName }),
  );
}
