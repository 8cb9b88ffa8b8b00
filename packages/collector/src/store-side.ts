import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import type { CollectorOptions } from './options.ts';
import type { Pipeline } from './pipeline/pipeline.ts';

/** What stands behind the log: the store with its pipeline and its API. */
export interface StoreSide {
  readonly pipeline: Pipeline;
  /** Registered under `/api`. */
  readonly apiRoutes: FastifyPluginAsync;
  close(): Promise<void>;
}

export type OpenStoreSide = (options: CollectorOptions, logger: Logger) => Promise<StoreSide>;

/** Opens the store that the options name, with its pipeline and its API. */
export const openStoreSide: OpenStoreSide = async () => {
  throw new Error('no store');
};
