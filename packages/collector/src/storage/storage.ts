import type { ClaimedMode } from './engine/claimed-mode.ts';
import { oldFiles } from './engine/old-files.ts';
import type { OldFiles } from './engine/old-files.ts';
import { openStore } from './engine/open-store.ts';
import type { StoreOptions } from './engine/open-store.ts';
import { StoreIntegrity } from './engine/integrity/store-integrity.ts';
import type { Store } from './engine/store.ts';
import { RecentAnswers } from './read/query/recent-answers.ts';
import type { MemoryAnswersOptions } from './read/query/memory-answers.ts';
import { userReader } from './read/users/user-reader.ts';
import type { UserReader } from './read/users/user-reader.ts';
import { erasureReader } from './read/users/erasure-reader.ts';
import type { ErasureReader } from './read/users/erasure-reader.ts';
import { threadReader } from './read/threads/thread-reader.ts';
import type { ThreadReader } from './read/threads/thread-reader.ts';
import { traceReader } from './read/traces/trace-reader.ts';
import type { TraceReader } from './read/traces/trace-reader.ts';
import { callReader } from './read/calls/call-reader.ts';
import type { CallReader } from './read/calls/call-reader.ts';
import { usageReader } from './read/usage/usage-reader.ts';
import type { UsageReader } from './read/usage/usage-reader.ts';
import { searchReader } from './read/search/find-anything.ts';
import type { SearchReader } from './read/search/find-anything.ts';
import { alertingReader } from './read/alerting/alerting-reader.ts';
import type { AlertingReader } from './read/alerting/alerting-reader.ts';
import { meteringReader } from './read/metering/metering-reader.ts';
import type { MeteringReader } from './read/metering/metering-reader.ts';
import { rollupReader } from './read/rollups/rollup-reader.ts';
import type { RollupReader } from './read/rollups/rollup-reader.ts';
import { sizeReader } from './read/store-size.ts';
import type { SizeReader } from './read/store-size.ts';
import type { RemoteEngine, RemoteQuery } from './remote-traces.ts';
import { priceReader } from './write/project-prices.ts';
import type { PriceReader } from './write/project-prices.ts';
import { tombstoneReader } from './write/tombstones.ts';
import type { TombstoneReader } from './write/tombstones.ts';
import { batchWriter } from './write/batch-writer.ts';
import type { BatchWriter } from './write/batch-writer.ts';
import { removalWriter } from './write/removal-writer.ts';
import type { RemovalWriter } from './write/removal-writer.ts';
import { changeWriter } from './write/usage/usage-changes.ts';
import type { ChangeWriter } from './write/usage/usage-changes.ts';
import { recordWriter } from './write/alerting/record-writer.ts';
import type { RecordWriter } from './write/alerting/record-writer.ts';

export { StoreIntegrity };

/**
 * The store as the rest of the collector sees it: readers and writers, each for one kind of data. They hide the engine
 * and its SQL. A function should take only those that it uses, such as `Pick<Storage, 'users'>`.
 */
export interface Storage {
  readonly kind: Store['kind'];
  /** How sums treat claimed calls. */
  readonly claimed: ClaimedMode;
  readonly users: UserReader;
  readonly erasure: ErasureReader;
  readonly threads: ThreadReader;
  readonly traces: TraceReader;
  readonly calls: CallReader;
  readonly usage: UsageReader;
  readonly search: SearchReader;
  readonly alerting: AlertingReader;
  readonly metering: MeteringReader;
  readonly rollups: RollupReader;
  readonly size: SizeReader;
  readonly prices: PriceReader;
  readonly tombstones: TombstoneReader;
  readonly batches: BatchWriter;
  readonly removals: RemovalWriter;
  readonly changes: ChangeWriter;
  readonly records: RecordWriter;
  readonly oldFiles: OldFiles;
  /** Plain data for creating a reader on another thread, see `remoteTraceReader`. */
  readonly remote: RemoteEngine;
  /** Answers a query of a reader on another thread. */
  answer(query: RemoteQuery): Promise<object[]>;
  /** Clears the readers' cached answers. Call it after a change by a client, so that the client sees the change. */
  forgetAnswers(): void;
  /**
   * Only for the embedded engine: runs `work`, with the folders of all parts, while nothing is inserted, changed or
   * merged.
   */
  readonly pauseWrites?: <T>(work: (parts: readonly string[]) => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

/** Readers and writers of an engine whose schema is migrated. `recent` says which answers are kept for seconds. */
export function storageOf(engine: Store, recent?: MemoryAnswersOptions): Storage {
  const answers = new RecentAnswers(engine, recent);
  return {
    kind: engine.kind,
    claimed: engine.claimed,
    users: userReader(engine, answers),
    erasure: erasureReader(engine),
    threads: threadReader(engine),
    traces: traceReader(engine),
    calls: callReader(engine),
    usage: usageReader(engine, answers),
    search: searchReader(engine, answers),
    alerting: alertingReader(engine),
    metering: meteringReader(engine),
    rollups: rollupReader(engine),
    size: sizeReader(engine, answers),
    prices: priceReader(engine),
    tombstones: tombstoneReader(engine),
    batches: batchWriter(engine),
    removals: removalWriter(engine),
    changes: changeWriter(engine),
    records: recordWriter(engine),
    oldFiles: oldFiles(engine),
    remote: {
      kind: engine.kind,
      claimed: engine.claimed,
      ...(engine.cluster === undefined ? {} : { cluster: engine.cluster }),
    },
    answer: ({ sql, parameters, options }) => engine.query(sql, parameters, options),
    forgetAnswers: () => answers.clear(),
    ...(engine.pauseWrites === undefined ? {} : { pauseWrites: engine.pauseWrites.bind(engine) }),
    close: () => engine.close(),
  };
}

export interface StorageOptions extends Omit<StoreOptions, 'inspect'> {
  /** For the embedded engine: checks its files before the schema is changed. */
  readonly integrity?: StoreIntegrity;
  /** Called with the result of this check. */
  readonly onInspected?: (health: StoreIntegrity['health']) => void;
}

/** Opens the store of the options and migrates its schema to this version. */
export async function openStorage({ integrity, onInspected, ...options }: StorageOptions): Promise<Storage> {
  const engine = await openStore({
    ...options,
    inspect: async (opened) => {
      if (integrity === undefined) return;
      await integrity.open(opened);
      onInspected?.(integrity.health);
    },
  });
  return storageOf(engine);
}
