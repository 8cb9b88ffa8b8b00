import { join } from 'node:path';
import type { ReadOptions } from '@userspan/ledger';
import type { Logger } from 'pino';
import type { CloseStack } from './runtime/close-stack.ts';
import { Forwarder, forwardCursorName } from './forward/forwarder.ts';
import type { PartHealth } from './http/health-routes.ts';
import { PassedCollectors } from './ingest/passed-collectors.ts';
import type { Signal } from './otlp/signal.ts';
import { StoreConnection } from './store-connection.ts';
import { lockDataDirectory } from './wal/data-lock.ts';
import { BackupWriter, removeSnapshot } from './maintenance/backup/back-up.ts';
import { BackupError } from './maintenance/backup/backup-folder.ts';
import { checkRestored } from './maintenance/backup/restore.ts';
import { DataFolderError, secureDataFolder } from './wal/secure-data-folder.ts';
import { eraseFromWal, type WalErasure } from './maintenance/erase-from-wal.ts';
import { errorReason } from './runtime/error-reason.ts';
import { version } from './runtime/version.ts';
import { WriteAheadLog } from './wal/write-ahead-log.ts';
import { STORE_CURSOR, WalConsumer } from './ingest/wal-consumer.ts';
import { type CollectorOptions, OptionsError } from './config/options.ts';
import type { OpenStorageRuntime } from './storage-runtime.ts';

/** Erases everything of some users of a project. */
type EraseUsers = (project: string, userIds: ReadonlySet<string>) => Promise<void>;

/** Everything behind the sockets: the write-ahead log and its consumers. */
export interface PipelineRuntime {
  readonly log: WriteAheadLog;
  readonly store: StoreConnection;
  /** Finds receivers that forward back. */
  readonly passed: PassedCollectors;
  /** Registers an eraser of other user data that waits before the log; it is called before the log is erased. */
  onErase(erase: EraseUsers): void;
  /** Asked by `/healthz` and `/metrics`. */
  parts(): Readonly<Record<string, PartHealth>>;
}

const TIDY_MS = 10_000;

/** Opens the log, the store, and the consumers that write the log into the store and send it to receivers. */
export async function openPipelineRuntime(
  options: CollectorOptions,
  openStore: OpenStorageRuntime,
  logger: Logger,
  stack: CloseStack,
): Promise<PipelineRuntime> {
  const notSecured = await secureDataFolder(options.data).catch((error: unknown) => {
    throw error instanceof DataFolderError ? new OptionsError(error.message, { cause: error }) : error;
  });
  if (notSecured.length > 0) {
    logger.warn(
      { path: notSecured[0], count: notSecured.length },
      'others may read the data folder: these belong to another user, change their mode to 0700 and 0600',
    );
  }
  await checkRestored(options.data).catch((error: unknown) => {
    throw error instanceof BackupError ? new OptionsError(error.message, { cause: error }) : error;
  });
  const lock = await lockDataDirectory(options.data).catch((error: unknown) => {
    throw new OptionsError(error instanceof Error ? error.message : 'the data directory is locked', {
      cause: error,
    });
  });
  stack.add(() => lock.release());
  await removeSnapshot(options.data);
  const log = await WriteAheadLog.open({ dir: join(options.data, 'log'), limitBytes: options.logLimitBytes });
  stack.add(() => log.close());
  for (const loss of log.losses) {
    logger.warn(loss, 'the write-ahead log was damaged; the collector continues with the rest');
  }

  const store = new StoreConnection();
  const passed = new PassedCollectors();
  const forwarders = forwardersOf(options, { log, store, passed }, logger);
  const erasers: EraseUsers[] = [];
  const erase = async (project: string, userIds: readonly string[]): Promise<WalErasure> => {
    const ids = new Set(userIds);
    for (const eraser of erasers) {
      await eraser(project, ids);
    }
    return whileStopped(forwarders, () =>
      eraseFromWal(log, project, ids, store.side?.readOptionsOf?.(project)),
    );
  };
  stack.add(() => store.close());
  const feed = new WalConsumer({
    log,
    pipeline: store.pipeline,
    maxSpans: options.batchSpans,
    lingerMs: options.batchLingerMs,
    keepsContent: options.content,
    onFailure: (error) => {
      logger.error({ reason: errorReason(error) }, 'the store rejected a batch; retrying');
    },
  });
  const hasUnfinishedBatch = await feed.open();
  stack.add(() => feed.stop());
  const { replayed } = feed;
  const storageOptions = {
    options,
    collector: log.id,
    logger,
    eraseFromWal: erase,
    hasUnfinishedBatch,
    replayed,
  };
  await store.open(() => openStore(storageOptions), {
    // An embedded store that does not open is an error; a server may come back.
    mayBeLate: options.store !== undefined,
    onFailure: (error) =>
      logger.error({ reason: errorReason(error) }, 'the store could not be opened; retrying'),
  });

  await log.dropCursorsExcept([STORE_CURSOR, ...options.forwards.map(({ url }) => forwardCursorName(url))]);
  await feed.start();
  for (const forwarder of forwarders) {
    await forwarder.start();
    stack.add(() => forwarder.stop());
  }
  const tidy = async (): Promise<void> => {
    try {
      await log.tidy();
    } catch (error) {
      logger.warn(
        { reason: errorReason(error) },
        'a file of the write-ahead log that all consumers have read could not be deleted',
      );
    }
  };
  const tidying = setInterval(() => void tidy(), TIDY_MS).unref();
  stack.add(async () => clearInterval(tidying));
  const backups = new BackupWriter({
    dataFolder: options.data,
    log,
    madeBy: await version(),
    get pauseStore() {
      return options.store === undefined ? store.side?.pauseWrites : undefined;
    },
    damage: () => {
      const { state, message } = store.side?.files?.() ?? { state: 'ok' };
      return state === 'ok' ? null : String(message);
    },
  });
  lock.serve((request, signal) => backups.answer(request, signal));
  return {
    log,
    store,
    passed,
    onErase: (eraser) => {
      erasers.push(eraser);
    },
    parts: () => ({
      log: { ...log.health },
      store: { ...feed.health, ...store.trouble },
      ...(store.side?.rollups === undefined ? undefined : { rollups: store.side.rollups() }),
      ...(store.side?.files === undefined ? undefined : { files: store.side.files() }),
      ...(store.side?.prices === undefined ? undefined : { prices: store.side.prices() }),
      ...Object.fromEntries(forwarders.map(({ health }, i) => [`forward${i + 1}`, { ...health }])),
    }),
  };
}

function forwardersOf(
  { forwards, forwardsContent }: CollectorOptions,
  { log, store, passed }: Pick<PipelineRuntime, 'log' | 'store' | 'passed'>,
  logger: Logger,
): Forwarder[] {
  const readOptionsOf = (project: string): ReadOptions => store.side?.readOptionsOf?.(project) ?? {};
  return forwards.map((receiver) => {
    const onRefused = (signal: Signal, items: number, reason: string): void => {
      logger.error({ signal, items, reason }, 'a receiver permanently rejected forwarded data');
    };
    return new Forwarder({ log, receiver, passed, readOptionsOf, forwardsContent, onRefused });
  });
}

function whileStopped<T>([forwarder, ...rest]: readonly Forwarder[], work: () => Promise<T>): Promise<T> {
  return forwarder === undefined ? work() : forwarder.restartAfter(() => whileStopped(rest, work));
}
