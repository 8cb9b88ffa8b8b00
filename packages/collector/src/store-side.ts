import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { makeApiRoutes } from './api/api-routes.ts';
import type { LogErasure } from './log/erase-from-log.ts';
import type { CollectorOptions } from './options.ts';
import { openPipeline } from './pipeline/open-pipeline.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import { openChdb } from './store/chdb-store.ts';
import { migrate } from './store/migrate.ts';

/** What stands behind the log: the store with its pipeline and its API. */
export interface StoreSide {
  readonly pipeline: Pick<Pipeline, 'write'>;
  /** Registered under `/api`. */
  readonly apiRoutes: FastifyPluginAsync;
  close(): Promise<void>;
}

/** What a store side is opened with. */
export interface StoreSideOptions {
  readonly options: CollectorOptions;
  /** Names this collector among those that share a store. */
  readonly collector: string;
  readonly logger: Logger;
  /** Takes the spans of these users out of what waits in the log, for the store and for receivers. */
  readonly eraseFromLog: (project: string, userIds: readonly string[]) => Promise<LogErasure>;
}

export type OpenStoreSide = (options: StoreSideOptions) => Promise<StoreSide>;

/** Opens the store that the options name, with its pipeline and its API. */
export const openStoreSide: OpenStoreSide = async ({ options, collector, logger, eraseFromLog }) => {
  const store = await openChdb({ directory: join(options.data, 'store') });
  try {
    await migrate(store);
    const pipeline = await openPipeline({
      store,
      collector,
      directory: options.data,
      onError: (error) => logger.error({ reason: reasonOf(error) }, 'the pipeline met an error'),
    });
    return {
      pipeline,
      apiRoutes: makeApiRoutes({ pipeline, eraseFromLog }),
      close: async () => {
        await pipeline.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
};

/** The message alone: causes and stacks of the engine quote what is stored. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
