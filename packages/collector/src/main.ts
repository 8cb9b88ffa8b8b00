import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino, type Logger } from 'pino';
import { Forwarder } from './forward/forwarder.ts';
import type { PartHealth } from './http/health-routes.ts';
import { makeApp } from './http/make-app.ts';
import { Metrics } from './http/metrics.ts';
import { ByteBudget } from './intake/byte-budget.ts';
import { startGrpcServer } from './intake/grpc-server.ts';
import { Intake } from './intake/intake.ts';
import { type Signal, SIGNALS } from './intake/signal.ts';
import { RequestLog } from './log/request-log.ts';
import { StoreFeed } from './log/store-feed.ts';
import type { CollectorOptions } from './options.ts';
import { isLoopback } from './security/loopback.ts';
import { type OpenStoreSide, openStoreSide, reasonOf } from './store-side.ts';

/** A running collector. */
export interface Collector {
  /** Of dashboard, API and OTLP/HTTP: `http://127.0.0.1:4318`. */
  readonly url: string;
  /** Of OTLP/gRPC, where it is on. */
  readonly grpcUrl: string | undefined;
  /** Stops taking spans, lets the batch in flight end, and closes everything. Idempotent. */
  close(): Promise<void>;
}

const DASHBOARD_DIR = fileURLToPath(new URL('../dashboard/', import.meta.url));

/** Starts a collector and resolves when it takes spans. Rejects, with nothing left open, when it cannot. */
export async function startCollector(
  options: CollectorOptions,
  openStore: OpenStoreSide = openStoreSide,
): Promise<Collector> {
  const logger = pino({ level: options.logLevel, base: null }, pino.destination({ fd: 2, sync: true }));
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) {
      await close();
    }
  };
  try {
    return await open(options, openStore, logger, opened, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  options: CollectorOptions,
  openStore: OpenStoreSide,
  logger: Logger,
  opened: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Collector> {
  const log = await RequestLog.open({ dir: join(options.data, 'log'), limitBytes: options.logLimitBytes });
  opened.push(() => log.close());
  const side = await openStore({ options, collector: log.id, logger });
  opened.push(() => side.close());
  const feed = new StoreFeed({
    log,
    pipeline: side.pipeline,
    maxSpans: options.batchSpans,
    lingerMs: options.batchLingerMs,
    onFailure: (error) => logger.error({ reason: reasonOf(error) }, 'the store did not take a batch; trying again'),
  });
  await feed.start();
  opened.push(() => feed.stop());

  const forwarders = options.forwards.map((receiver) => {
    const onRefused = (signal: Signal, units: number, reason: string): void =>
      logger.error({ signal, units, reason }, 'a receiver refused what was forwarded, for good');
    return new Forwarder({ log, receiver, onRefused });
  });
  for (const forwarder of forwarders) {
    await forwarder.start();
    opened.push(() => forwarder.stop());
  }
  const parts = (): Record<string, PartHealth> => ({
    log: { ...log.health },
    store: { ...feed.health },
    ...Object.fromEntries(forwarders.map(({ health }, i) => [`forward${i + 1}`, { ...health }])),
  });
  const metrics = new Metrics(parts);

  const wanted = new Set<Signal>(forwarders.length > 0 ? SIGNALS : ['traces']);
  const intake = new Intake({
    log,
    wanted,
    onOutcome: (signal, outcome, units, seconds) =>
      outcome.taken
        ? metrics.taken(signal, units, outcome.rejected, seconds)
        : metrics.refused(outcome.reason),
    limits: { maxUnits: options.maxSpansPerRequest, maxDecodedBytes: options.budgetBytes },
  });
  const tls =
    options.tls === undefined
      ? undefined
      : { cert: await readFile(options.tls.cert, 'utf8'), key: await readFile(options.tls.key, 'utf8') };
  const budget = new ByteBudget(options.budgetBytes);
  let isReady = false;
  const app = await makeApp({
    logger,
    intake,
    budget,
    maxBodyBytes: options.maxBodyBytes,
    apiRoutes: side.apiRoutes,
    dashboardDir: DASHBOARD_DIR,
    tokens: options.tokens,
    corsOrigins: options.corsOrigins,
    allowedHosts: options.allowedHosts,
    isLoopbackBind: isLoopback(options.host),
    tls,
    metrics,
    parts,
    isReady: () => isReady,
  });
  opened.push(() => app.close());
  await app.listen({ host: options.host, port: options.port });
  const { host, tokens, maxBodyBytes, grpcPort } = options;
  const grpc =
    grpcPort === undefined
      ? undefined
      : await startGrpcServer({
          ...{ host, port: grpcPort, tls, tokens, intake, budget, maxBodyBytes },
          onError: (error) => logger.error({ err: error }, 'an OTLP/gRPC request failed'),
        });
  if (grpc !== undefined) {
    opened.push(() => grpc.close());
  }
  isReady = true;
  opened.push(async () => {
    isReady = false;
  });
  const { port } = app.server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${name}:${port}`,
    grpcUrl: grpc === undefined ? undefined : `${scheme}://${name}:${grpc.port}`,
    close,
  };
}
