import { join } from 'node:path';
import type { ReadOptions } from '@userspan/ledger';
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { openAlerting } from './alerting-runtime.ts';
import { makeApiRoutes } from './api/api-routes.ts';
import type { PartHealth } from './http/health-routes.ts';
import type { WalErasure } from './maintenance/erase-from-wal.ts';
import { spendMetrics } from './http/spend-metrics.ts';
import { errorReason } from './runtime/error-reason.ts';
import { packageFile } from './runtime/package-file.ts';
import type { CollectorOptions } from './config/options.ts';
import { openPipeline } from './attribution/span-pipeline.ts';
import type { SpanPipeline } from './attribution/span-pipeline.ts';
import type { Pipeline } from './storage/write/span-batch.ts';
import { priceUnpricedCalls } from './maintenance/price-unpriced-calls.ts';
import { InterruptedMigration } from './maintenance/interrupted-migration.ts';
import { FeedWatch } from './prices/feed-watch.ts';
import { rebuildLostRows } from './maintenance/rebuild-lost-rows.ts';
import { RepairAfterCrash } from './maintenance/repair-after-crash.ts';
import { FileCheck } from './maintenance/file-check.ts';
import { MaintenanceScheduler } from './maintenance/maintenance-scheduler.ts';
import type { Retention } from './maintenance/retention.ts';
import { openStorage, StoreIntegrity } from './storage/storage.ts';
import type { Storage } from './storage/storage.ts';

/** What stands behind the log: the store with its pipeline and its API. */
export interface StorageRuntime {
  readonly pipeline: Pick<Pipeline, 'write'>;
  /** How a project's spans are read: by prices of its own, where it has some. */
  readOptionsOf?(project: string): ReadOptions;
  /** Whether the sums in the store are those of its calls. */
  rollups?(): PartHealth;
  /** Whether the files of the embedded store are whole. */
  files?(): PartHealth;
  /** Whether the price feed in the data folder can be read. */
  prices?(): PartHealth;
  /** Of the embedded store: runs `work` while nothing is written to it, with the folders of its parts. */
  readonly pauseWrites?: <T>(work: (parts: readonly string[]) => Promise<T>) => Promise<T>;
  /** What users and groups of a project spent, in Prometheus's text format. */
  readonly spend?: (project: string) => Promise<string>;
  /** Registered under `/api`. */
  readonly apiRoutes: FastifyPluginAsync;
  close(): Promise<void>;
}

/** Options of {@link openStorageRuntime}. */
export interface StorageRuntimeOptions {
  readonly options: CollectorOptions;
  /** Names this collector among those that share a store. */
  readonly collector: string;
  readonly logger: Logger;
  /** Takes the spans of these users out of what waits in the log, for the store and for receivers. */
  readonly eraseFromWal: (project: string, userIds: readonly string[]) => Promise<WalErasure>;
  /** Whether a crash may have left a batch of the log in the store in part. */
  readonly hasUnfinishedBatch: boolean;
  /** Resolves when that batch is written again; with false when the collector stops before. */
  readonly replayed: Promise<boolean>;
}

/** The thread that builds write batches. A thread cannot run sources in TypeScript: there, batches are built on the main one. */
const BUILDER_MODULE = import.meta.url.endsWith('.js')
  ? packageFile('dist/ingest/build-batches.js')
  : undefined;

export type OpenStorageRuntime = (options: StorageRuntimeOptions) => Promise<StorageRuntime>;

/** What watches the files of the store. */
interface StoreGuards {
  /** Undefined if the files are not the collector's own. */
  readonly integrity: StoreIntegrity | undefined;
  readonly migration: InterruptedMigration;
  readonly fileCheck: FileCheck;
}

function openStore(
  { store: url, cluster, data, claimed }: CollectorOptions,
  { integrity, migration, fileCheck, logger }: StoreGuards & { readonly logger: Logger },
): Promise<Storage> {
  return openStorage({
    directory: join(data, 'store'),
    claimed,
    onMigrate: async () => {
      await migration.begin();
      await integrity?.forgetDefinitions();
    },
    ...(integrity === undefined ? undefined : { integrity }),
    onCopy: ({ hasRoom, ...copy }) => logCopy(logger, hasRoom, copy),
    onDamage: (table) => fileCheck.request(table),
    onInspected: ({ state, message }) => {
      if (state !== 'ok') {
        logger.error({ message }, 'files of the store are damaged; the collector continues with the rest');
      }
    },
    ...(url === undefined ? undefined : { url }),
    ...(cluster === undefined ? undefined : { cluster }),
  });
}

/** Says what the first start of a new version does with the spans of an older one, because it takes long. */
function logCopy(logger: Logger, hasRoom: boolean, copy: object): void {
  if (hasRoom) {
    logger.info(
      copy,
      'copying the spans of the store into a smaller table, a month at a time, which takes about 10 seconds per million; until then the disk has both',
    );
  } else {
    logger.warn(
      copy,
      'the disk has no room to copy the spans of the store into a smaller table: they stay as they are, and the next start tries again',
    );
  }
}

/** Opens the store that the options name, with its pipeline and its API. */
export const openStorageRuntime: OpenStorageRuntime = async (setUp) => {
  const { options, logger } = setUp;
  const integrity = options.store === undefined ? new StoreIntegrity(options.data) : undefined;
  await restoreFiles(integrity, logger);
  const migration = new InterruptedMigration(options.data);
  await migration.check();
  const fileCheck = new FileCheck(logsMaintenanceError(logger));
  const store = await openStore(options, { integrity, migration, fileCheck, logger });
  try {
    return await startOn(store, { ...setUp, integrity, migration, fileCheck });
  } catch (error) {
    await store.close();
    throw error;
  }
};

/** Starts everything that works on the open store. */
async function startOn(store: Storage, setUp: StorageRuntimeOptions & StoreGuards): Promise<StorageRuntime> {
  const { options, logger, integrity, migration, fileCheck } = setUp;
  const repairAfterCrash = new RepairAfterCrash(options.data);
  if (setUp.hasUnfinishedBatch) await repairAfterCrash.request();
  const pipeline = await openSpanPipeline(store, setUp, repairAfterCrash);
  await finishMigration(migration, pipeline, logger);
  const unpricedCalls = new UnpricedCalls(pipeline, logger);
  if (Object.keys(options.currencyRates).length > 0) unpricedCalls.start();
  const feedWatch = new FeedWatch({
    dataDirectory: options.data,
    source: options.priceFeed,
    since: options.priceFeedSince,
    logger,
    onFeed: async ({ feed }) => {
      pipeline.useFeed(feed);
      await unpricedCalls.idle();
      unpricedCalls.start();
    },
  });
  await feedWatch.open();
  feedWatch.start();
  const rebuilding = rebuildRows(pipeline, integrity, logger).catch((error: unknown) =>
    logger.error({ reason: errorReason(error) }, 'calls and sums could not be rebuilt from the spans'),
  );
  const repairing = rebuilding.then(() => repairSums(pipeline, repairAfterCrash, setUp));
  if (integrity !== undefined) {
    fileCheck.start(async (firstTable) => {
      // Not for the sums: they wait for a batch, which may wait for what a check repairs.
      await rebuilding;
      await integrity.check(firstTable);
      const { state, message } = integrity.health;
      if (state !== 'ok') logger.error({ message }, 'files of the store are damaged');
      await rebuildRows(pipeline, integrity, logger);
    });
  }
  const retention = retentionOf(options);
  const maintenance = new MaintenanceScheduler(pipeline, {
    repairAfterCrash,
    ...(integrity === undefined
      ? undefined
      : { integrity: { remember: () => integrity.remember(), check: () => fileCheck.run() } }),
    retention,
    onError: logsMaintenanceError(logger),
  });
  const alerts = await openAlerting(store, options, logger);
  const spendReader = store.usage.openSpendReader(options.metricsSpend);
  const stopFilling = store.users.keepTablesFilled();
  return {
    pipeline,
    readOptionsOf: (project) => pipeline.readOptionsOf(project),
    rollups: () => ({ ...maintenance.rollups }),
    prices: () => ({ ...feedWatch.health }),
    files: () => ({ ...(integrity?.health ?? { state: 'ok' }) }),
    ...pausing(store, integrity),
    spend: (project) => spendMetrics(spendReader, project),
    apiRoutes: makeApiRoutes({
      pipeline,
      alerting: alerts.alerting,
      meter: alerts.meter,
      eraseFromWal: setUp.eraseFromWal,
      retention,
      hidesContent: !options.content,
      feedState: () => feedWatch.state,
    }),
    close: async () => {
      await stopFilling();
      await feedWatch.stop();
      await unpricedCalls.idle();
      await repairing;
      await fileCheck.stop();
      await alerts.close();
      await maintenance.stop();
      await pipeline.close();
      await integrity
        ?.remember()
        .catch((error: unknown) =>
          logger.warn({ reason: errorReason(error) }, 'store.json could not be written'),
        );
      await store.close();
    },
  };
}

function logsMaintenanceError(logger: Logger): (error: unknown) => void {
  return (error) => logger.error({ reason: errorReason(error) }, 'maintenance of the store failed');
}

async function restoreFiles(integrity: StoreIntegrity | undefined, logger: Logger): Promise<void> {
  const files = (await integrity?.restoreFiles()) ?? [];
  if (files.length > 0) {
    logger.warn({ files }, 'damaged files of the store were restored; check the disk for errors');
  }
}

function openSpanPipeline(
  store: Storage,
  { options, collector, logger }: StorageRuntimeOptions,
  repairAfterCrash: RepairAfterCrash,
): Promise<SpanPipeline> {
  return openPipeline({
    store,
    collector,
    directory: options.data,
    ...(BUILDER_MODULE === undefined ? {} : { builderModule: BUILDER_MODULE }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    currencyRates: options.currencyRates,
    onRecover: () => repairAfterCrash.request(),
    onError: (error) => logger.error({ reason: errorReason(error) }, 'the pipeline failed'),
  });
}

async function finishMigration(
  migration: InterruptedMigration,
  pipeline: SpanPipeline,
  logger: Logger,
): Promise<void> {
  const rows = await migration.end(pipeline);
  if (rows > 0) {
    logger.info({ rows }, 'a migration that was interrupted is finished, and its sums are repaired');
  }
}

/** Prices stored calls whose price was unknown. Logs errors. */
class UnpricedCalls {
  readonly #pipeline: SpanPipeline;
  readonly #logger: Logger;
  #running: Promise<void> = Promise.resolve();

  constructor(pipeline: SpanPipeline, logger: Logger) {
    this.#pipeline = pipeline;
    this.#logger = logger;
  }

  start(): void {
    this.#running = this.#price();
  }

  /** Resolves when the last start is finished. */
  idle(): Promise<void> {
    return this.#running;
  }

  async #price(): Promise<void> {
    try {
      const { calls, models } = await priceUnpricedCalls(this.#pipeline, Date.now());
      if (calls > 0) {
        this.#logger.info({ calls, models: models.slice(0, 20) }, 'calls without a price were priced');
      }
    } catch (error) {
      this.#logger.error({ reason: errorReason(error) }, 'calls without a price were not priced');
    }
  }
}

async function rebuildRows(
  pipeline: SpanPipeline,
  integrity: StoreIntegrity | undefined,
  logger: Logger,
): Promise<void> {
  const rebuilt = integrity === undefined ? undefined : await rebuildLostRows(pipeline, integrity);
  if (rebuilt !== undefined) {
    logger.warn(
      rebuilt,
      'calls and sums that were lost with damaged files have been rebuilt from the spans; users without calls may be missing on some days',
    );
  }
}

/** Repairs the sums after a crash, when the unfinished batch is written again. Logs errors. */
async function repairSums(
  pipeline: SpanPipeline,
  repairAfterCrash: RepairAfterCrash,
  { replayed, logger }: Pick<StorageRuntimeOptions, 'replayed' | 'logger'>,
): Promise<void> {
  try {
    if (!(await replayed)) return;
    const rows = await repairAfterCrash.run(pipeline);
    if (rows > 0) logger.warn({ rows }, 'sums that were wrong after a crash have been repaired');
  } catch (error) {
    logger.error(
      { reason: errorReason(error) },
      'the sums could not be compared with their calls after a crash; run userspan doctor',
    );
  }
}

function retentionOf({ retentionDays: days, retentionBytes: bytes }: CollectorOptions): Retention {
  return { ...(days === undefined ? undefined : { days }), ...(bytes === undefined ? undefined : { bytes }) };
}

function pausing(store: Storage, integrity: StoreIntegrity | undefined): Pick<StorageRuntime, 'pauseWrites'> {
  if (store.pauseWrites === undefined) return {};
  return {
    pauseWrites: (work) =>
      store.pauseWrites?.(async (parts) => {
        // The list of parts that a copy has is that of the same moment.
        await integrity?.remember();
        return work(parts);
      }) ?? Promise.reject(new Error('the store cannot be paused')),
  };
}
