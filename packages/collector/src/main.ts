import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino, type Logger } from 'pino';
import { makeApp } from './http/make-app.ts';
import { ByteBudget } from './intake/byte-budget.ts';
import { Intake } from './intake/intake.ts';
import type { Signal } from './intake/signal.ts';
import { RequestLog } from './log/request-log.ts';
import { StoreFeed } from './log/store-feed.ts';
import type { CollectorOptions } from './options.ts';
import { isLoopback } from './security/loopback.ts';
import { type OpenStoreSide, openStoreSide } from './store-side.ts';

/** A running collector. */
export interface Collector {
  /** Of dashboard, API and OTLP/HTTP: `http://127.0.0.1:4318`. */
  readonly url: string;
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
  const side = await openStore(options, logger);
  opened.push(() => side.close());
  const feed = new StoreFeed({
    log,
    pipeline: side.pipeline,
    maxSpans: options.batchSpans,
    lingerMs: options.batchLingerMs,
    onFailure: (error) => logger.error({ err: error }, 'the store did not take a batch; trying again'),
  });
  await feed.start();
  opened.push(() => feed.stop());

  const wanted = new Set<Signal>(['traces']);
  const intake = new Intake({
    log,
    wanted,
    limits: { maxUnits: options.maxSpansPerRequest, maxDecodedBytes: options.budgetBytes },
  });
  const { tls } = options;
  let isReady = false;
  const app = await makeApp({
    logger,
    intake,
    budget: new ByteBudget(options.budgetBytes),
    maxBodyBytes: options.maxBodyBytes,
    apiRoutes: side.apiRoutes,
    dashboardDir: DASHBOARD_DIR,
    tokens: options.tokens,
    corsOrigins: options.corsOrigins,
    allowedHosts: options.allowedHosts,
    isLoopbackBind: isLoopback(options.host),
    tls:
      tls === undefined
        ? undefined
        : { cert: await readFile(tls.cert, 'utf8'), key: await readFile(tls.key, 'utf8') },
    parts: () => ({ log: { ...log.health }, store: { ...feed.health } }),
    isReady: () => isReady,
  });
  opened.push(() => app.close());
  await app.listen({ host: options.host, port: options.port });
  isReady = true;
  opened.push(async () => {
    isReady = false;
  });
  const { port } = app.server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`, close };
}
