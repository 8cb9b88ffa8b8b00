import type { Parameters, QueryOptions, Store } from './engine/store.ts';
import { traceReader } from './read/traces/trace-reader.ts';
import type { TraceReader } from './read/traces/trace-reader.ts';

/** The properties of an engine that readers need, as plain data. */
export type RemoteEngine = Pick<Store, 'kind' | 'cluster' | 'claimed'>;

/** A query of a reader that runs on another thread than the engine. */
export interface RemoteQuery {
  readonly sql: string;
  readonly parameters: Parameters | undefined;
  readonly options: QueryOptions | undefined;
}

/** A trace reader for a thread without an engine. `ask` sends its queries to the engine's thread. */
export function remoteTraceReader(
  engine: RemoteEngine,
  ask: (query: RemoteQuery) => Promise<object[]>,
): TraceReader {
  const refuse = (): Promise<never> => Promise.reject(new Error('This thread reads the store only.'));
  return traceReader({
    ...engine,
    query: async <T extends object>(sql: string, parameters?: Parameters, options?: QueryOptions) =>
      (await ask({ sql, parameters, options })) as T[],
    insert: refuse,
    execute: refuse,
    close: () => Promise.resolve(),
  });
}
