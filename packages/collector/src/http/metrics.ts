import { memoryUsage as memory } from 'node:process';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RefusalReason } from '../ingest/outcome.ts';
import type { Signal } from '../otlp/signal.ts';
import type { PartHealth } from './health-routes.ts';

/** Metrics of the collector for Prometheus. No label contains values from senders. */
export class Metrics {
  readonly registry: Registry = new Registry();
  readonly #received: Counter<'signal'>;
  readonly #rejected: Counter<'signal'>;
  readonly #refused: Counter<'reason'>;
  readonly #acknowledge: Histogram<'signal'>;

  /** `parts` is called at every scrape. */
  constructor(parts: () => Readonly<Record<string, PartHealth>>) {
    const registers = [this.registry];
    this.#received = new Counter({
      name: 'userspan_received_items_total',
      help: 'Spans, log records and metrics acknowledged as durable',
      labelNames: ['signal'],
      registers,
    });
    this.#rejected = new Counter({
      name: 'userspan_rejected_items_total',
      help: 'Spans left out of an accepted request because their ids are invalid',
      labelNames: ['signal'],
      registers,
    });
    this.#refused = new Counter({
      name: 'userspan_refused_requests_total',
      help: 'OTLP requests that were rejected',
      labelNames: ['reason'],
      registers,
    });
    this.#acknowledge = new Histogram({
      name: 'userspan_acknowledge_seconds',
      help: 'Time from the complete request to its answer',
      labelNames: ['signal'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    });
    gauge(registers, 'userspan_part_ok', '1 if the component is healthy, otherwise 0', ['part'], (set) => {
      for (const [part, { state }] of Object.entries(parts())) {
        set({ part }, state === 'ok' ? 1 : 0);
      }
    });
    gauge(
      registers,
      'userspan_part_bytes',
      'Bytes that a component holds or has not processed yet',
      ['part', 'of'],
      (set) => {
        for (const [part, health] of Object.entries(parts())) {
          for (const [of, value] of Object.entries(health)) {
            if (typeof value === 'number' && of.endsWith('Bytes')) {
              set({ part, of }, value);
            }
          }
        }
      },
    );
    const differences =
      'Sums that differ from their calls, and users missing from lists; userspan doctor --repair corrects them';
    gauge(registers, 'userspan_rollup_differences', differences, [], (set) => {
      const found = parts()['rollups']?.['differences'];
      if (typeof found === 'number') set({}, found);
    });
    gauge(registers, 'process_resident_memory_bytes', 'Resident memory', [], (set) => {
      set({}, memory().rss);
    });
    gauge(registers, 'process_heap_bytes', 'Memory of JavaScript objects', [], (set) => {
      set({}, memory().heapUsed);
    });
  }

  taken(signal: Signal, accepted: number, rejected: number, seconds: number): void {
    this.#received.inc({ signal }, accepted);
    if (rejected > 0) {
      this.#rejected.inc({ signal }, rejected);
    }
    this.#acknowledge.observe({ signal }, seconds);
  }

  refused(reason: RefusalReason): void {
    this.#refused.inc({ reason });
  }
}

function gauge<Label extends string>(
  registers: Registry[],
  name: string,
  help: string,
  labelNames: Label[],
  collect: (set: (labels: Partial<Record<Label, string>>, value: number) => void) => void,
): void {
  const made: Gauge<Label> = new Gauge({
    name,
    help,
    labelNames,
    registers,
    collect: () => collect((labels, value) => made.set(labels, value)),
  });
}

/** Returns the metrics of a project's spend; empty if they are off or the store does not answer. */
export type SpendText = (project: string) => Promise<string>;

/** `GET /metrics`, in Prometheus's text format. */
export async function metricsRoute(
  app: FastifyInstance,
  { metrics, spend }: { readonly metrics: Metrics; readonly spend: SpendText },
): Promise<void> {
  app.get('/metrics', { config: { permission: 'read' } }, async ({ project }, reply) => {
    const text = await metrics.registry.metrics();
    return reply.type(metrics.registry.contentType).send(`${text}${await spend(project)}`);
  });
}
