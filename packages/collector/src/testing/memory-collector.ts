import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Span } from '@userspan/ledger';
import { type Collector, startCollector } from '../main.ts';
import { resolveOptions, type SettingValues } from '../config/options.ts';
import { readBatch } from '../storage/write/span-batch.ts';
import type { ReceivedSpan, SpanBatch } from '../storage/write/span-batch.ts';
import type { StorageRuntimeOptions } from '../storage-runtime.ts';

/** A collector with real sockets and a real log, but an array as store. */
export interface MemoryCollector extends Collector {
  readonly data: string;
  readonly batches: readonly SpanBatch[];
  /** The options with which the store was opened, such as the hook for erasures. */
  readonly storeSide: StorageRuntimeOptions;
  received(): readonly ReceivedSpan[];
  spans(): readonly Span[];
  /** Makes the store refuse batches, as if it were down. */
  breakStore(isBroken: boolean): void;
  /** Closes the collector and removes its directory. */
  remove(): Promise<void>;
}

/** Starts a collector, with an existing data directory if `data` is given. */
export async function memoryCollector(settings: SettingValues = {}, data?: string): Promise<MemoryCollector> {
  const directory = data ?? (await mkdtemp(join(tmpdir(), 'userspan-test-')));
  const batches: SpanBatch[] = [];
  let isBroken = false;
  let storeSide: StorageRuntimeOptions | undefined;
  const collector = await startCollector(
    resolveOptions(settings, {
      port: 0,
      'grpc-port': 'off',
      data: directory,
      'log-level': 'silent',
      'batch-linger': 5,
    }),
    async (options) => {
      storeSide = options;
      return {
        pipeline: {
          write: async (batch) => {
            if (isBroken) {
              throw new Error('the store is down');
            }
            const read = await readBatch(batch);
            if (read !== undefined) batches.push(read);
          },
        },
        apiRoutes: async (app) => {
          app.get('/users', { config: { permission: 'read' } }, (request) => ({ project: request.project }));
          app.get('/unsaid', () => ({}));
          app.post('/prices', { config: { permission: 'admin' } }, () => ({}));
        },
        close: async () => undefined,
      };
    },
  );
  if (storeSide === undefined) {
    throw new Error('a collector opens its store');
  }
  return {
    ...collector,
    data: directory,
    batches,
    storeSide,
    received: () => batches.flatMap((batch) => [...batch.spans]),
    spans: () => batches.flatMap((batch) => Array.from(batch.spans, ({ span }) => span)),
    breakStore: (broken) => {
      isBroken = broken;
    },
    remove: async () => {
      await collector.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
