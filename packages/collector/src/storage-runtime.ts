import { join } from 'node:path';
import type { ReadOptions } from '@userspan/ledger';
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { BackgroundMeter } from './metering/background-meter.ts';
import { Meter } from './metering/meter.ts';
import { Alerting } from './alerts/alerting.ts';
import { openSecretBox } from './alerts/secret-box.ts';
import { makeApiRoutes } from './api/api-routes.ts';
import type { PartHealth } from './http/health-routes.ts';
import type { WalErasure } from './maintenance/erase-from-wal.ts';
import { spendMetrics } from './http/spend-metrics.ts';
import { errorReason } from './runtime/error-reason.ts';
import type { CollectorOptions } from './config/options.ts';
import { openPipeline } from './attribution/span-pipeline.ts';
import type { Pipeline } from './storage/write/span-batch.ts';
import { priceUnpricedCalls } from './maintenance/price-unpriced-calls.ts';
import { InterruptedMigration } from './maintenance/interrupted-migration.ts';
import { FeedWatch } from './prices/feed-watch.ts';
import { rebuildLostRows } from './maintenance/rebuild-lost-rows.ts';
import { RepairAfterCrash } from './maintenance/repair-after-crash.ts';
import { FileCheck } from './maintenance/file-check.ts';
import { MaintenanceScheduler } from './maintenance/maintenance-scheduler.ts';
import { openStorage, StoreIntegrity } from './storage/storage.ts';

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
  ? new URL('./ingest/build-batches.js', import.meta.url)
  : undefined;

export type OpenStorageRuntime = (options: StorageRuntimeOptions) => Promise<StorageRuntime>;

function openStore(
  { store: url, cluster, data, claimed }: CollectorOptions,
  {
    integrity,
    migration,
    fileCheck,
    logger,
  }: {
    readonly integrity: StoreIntegrity | undefined;
    readonly migration: InterruptedMigration;
    readonly fileCheck: FileCheck;
    readonly logger: Logger;
  },
): ReturnType<typeof openStorage> {
  return openStorage({
    directory: join(data, 'store'),
    claimed,
    onMigrate: async () => {
      await migration.begin();
      await integrity?.forgetDefinitions();
    },
    ...(integrity === undefined ? undefined : { integrity }),
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

/** Opens the store that the options name, with its pipeline and its API. */
export const openStorageRuntime: OpenStorageRuntime = async ({
  options,
  collector,
  logger,
  eraseFromWal,
  hasUnfinishedBatch,
  replayed,
}) => {
  const { data } = options;
  const integrity = options.store === undefined ? new StoreIntegrity(data) : undefined;
  const restored = (await integrity?.restoreFiles()) ?? [];
  if (restored.length > 0) {
    logger.warn({ files: restored }, 'damaged files of the store were restored; check the disk for errors');
  }
  const migration = new InterruptedMigration(data);
  await migration.check();
  const onMaintenanceError = (error: unknown): void =>
    logger.error({ reason: errorReason(error) }, 'maintenance of the store failed');
  const fileCheck = new FileCheck(onMaintenanceError);
  const store = await openStore(options, { integrity, migration, fileCheck, logger });
  try {
    const repairAfterCrash = new RepairAfterCrash(data);
    if (hasUnfinishedBatch) await repairAfterCrash.request();
    const pipeline = await openPipeline({
      store,
      collector,
      directory: data,
      ...(BUILDER_MODULE === undefined ? {} : { builderModule: BUILDER_MODULE }),
      ...(options.identity === undefined ? {} : { identity: options.identity }),
      currencyRates: options.currencyRates,
      onRecover: () => repairAfterCrash.request(),
      onError: (error) => logger.error({ reason: errorReason(error) }, 'the pipeline failed'),
    });
    const repaired = await migration.end(pipeline);
    if (repaired > 0) {
      logger.info(
        { rows: repaired },
        'a migration that was interrupted is finished, and its sums are repaired',
      );
    }
    const feedWatch = new FeedWatch({
      dataDirectory: data,
      source: options.priceFeed,
      since: options.priceFeedSince,
      logger,
      onFeed: async ({ feed }) => {
        pipeline.useFeed(feed);
        await pricingUnpriced;
        pricingUnpriced = priceUnpriced();
      },
    });
    /** Never rejects. */
    const priceUnpriced = async (): Promise<void> => {
      try {
        const { calls, models } = await priceUnpricedCalls(pipeline, Date.now());
        if (calls > 0)
          logger.info({ calls, models: models.slice(0, 20) }, 'calls without a price were priced');
      } catch (error) {
        logger.error({ reason: errorReason(error) }, 'calls without a price were not priced');
      }
    };
    let pricingUnpriced =
      Object.keys(options.currencyRates).length === 0 ? Promise.resolve() : priceUnpriced();
    await feedWatch.open();
    feedWatch.start();
    const retention = {
      ...(options.retentionDays === undefined ? undefined : { days: options.retentionDays }),
      ...(options.retentionBytes === undefined ? undefined : { bytes: options.retentionBytes }),
    };
    const rebuild = async (): Promise<void> => {
      const rebuilt = integrity === undefined ? undefined : await rebuildLostRows(pipeline, integrity);
      if (rebuilt !== undefined) {
        logger.warn(
          rebuilt,
          'calls and sums that were lost with damaged files have been rebuilt from the spans; users without calls may be missing on some days',
        );
      }
    };
    const repairSums = async (): Promise<void> => {
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
    };
    const rebuilding = rebuild().catch((error: unknown) =>
      logger.error({ reason: errorReason(error) }, 'calls and sums could not be rebuilt from the spans'),
    );
    const repairing = rebuilding.then(repairSums);
    if (integrity !== undefined) {
      fileCheck.start(async (firstTable) => {
        // Not for the sums: they wait for a batch, which may wait for what a check repairs.
        await rebuilding;
        await integrity.check(firstTable);
        const { state, message } = integrity.health;
        if (state !== 'ok') logger.error({ message }, 'files of the store are damaged');
        await rebuild();
      });
    }
    const maintenance = new MaintenanceScheduler(pipeline, {
      repairAfterCrash,
      ...(integrity === undefined
        ? undefined
        : {
            integrity: { remember: () => integrity.remember(), check: () => fileCheck.run() },
          }),
      retention,
      onError: onMaintenanceError,
    });
    const onAlertError = (error: unknown): void =>
      logger.error({ reason: errorReason(error) }, 'alerts or meter events failed; retrying');
    const alerting = new Alerting({
      store,
      box: await openSecretBox(data, { key: options.secretsKey, keyFile: options.secretsKeyFile }),
      allowsPrivate: options.allowsPrivateReceivers,
      ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
      onError: onAlertError,
      onLocked: (text, isAlone) =>
        logger.error(
          `${text}. ${isAlone ? 'Nothing is sent to them until then.' : 'This collector evaluates no alerts and sends nothing until then.'}`,
        ),
      afterEvaluation: async (nowMs) => meters.begin(nowMs),
    });
    const meter = new Meter({
      store,
      writer: alerting.writer,
      clock: Date.now,
      allowsPrivate: options.allowsPrivateReceivers,
      maySend: () => alerting.isHeld,
    });
    const meters = new BackgroundMeter(store, meter, alerting, onAlertError);
    const spendReader = store.usage.openSpendReader(options.metricsSpend);
    await alerting.configs.sealOld();
    alerting.start();
    return {
      pipeline,
      readOptionsOf: (project) => pipeline.readOptionsOf(project),
      rollups: () => ({ ...maintenance.rollups }),
      prices: () => ({ ...feedWatch.health }),
      files: () => ({ ...(integrity?.health ?? { state: 'ok' }) }),
      ...(store.pauseWrites === undefined
        ? undefined
        : {
            pauseWrites: (work) =>
              store.pauseWrites?.(async (parts) => {
                // The list of parts that a copy has is that of the same moment.
                await integrity?.remember();
                return work(parts);
              }) ?? Promise.reject(new Error('the store cannot be paused')),
          }),
      spend: (project) => spendMetrics(spendReader, project),
      apiRoutes: makeApiRoutes({
        pipeline,
        alerting,
        meter,
        eraseFromWal,
        retention,
        hidesContent: !options.content,
        feedState: () => feedWatch.state,
      }),
      close: async () => {
        await feedWatch.stop();
        await pricingUnpriced;
        await repairing;
        await fileCheck.stop();
        await alerting.stop();
        await meters.idle();
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
  } catch (error) {
    await store.close();
    throw error;
  }
};
