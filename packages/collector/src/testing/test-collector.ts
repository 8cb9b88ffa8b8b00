import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';

import { makeApiRoutes } from '../api/api-routes.ts';
import { openPipeline } from '../attribution/span-pipeline.ts';
import type { PipelineOptions, SpanPipeline } from '../attribution/span-pipeline.ts';
import { readDifferences } from '../storage/read/rollups/differences.ts';
import { readUnlistedUsers } from '../storage/read/rollups/unlisted-users.ts';
import { onCluster } from '../storage/engine/ddl.ts';
import { openStore } from '../storage/engine/open-store.ts';
import type { MemoryAnswersOptions } from '../storage/read/query/memory-answers.ts';
import { storageOf } from '../storage/storage.ts';
import type { Store } from '../storage/engine/store.ts';
import { startClickHouseFront } from './clickhouse-front.ts';
import type { ClickHouseFront } from './clickhouse-front.ts';
import { NOON_MS } from './trace-of.ts';

type TestSettings = Pick<PipelineOptions, 'currencyRates' | 'clock' | 'traceMemory' | 'maxEarlierSpans'>;

/** A store, a pipeline and an API, for tests. */
export interface TestCollector {
  readonly store: Store;
  readonly directory: string;
  readonly front: ClickHouseFront | undefined;
  pipeline: SpanPipeline;
  app: FastifyInstance;
  /** Returns the parsed answer to a GET request. */
  get<T = Record<string, unknown>>(url: string, project?: string): Promise<T>;
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    project?: string,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Stops the pipeline like a crash, and starts a new one with the same files and optionally other settings. */
  restart(settings?: TestSettings): Promise<void>;
  /** Starts another collector with the same store, optionally with its own clock. */
  another(name: string, clock?: () => number): Promise<SpanPipeline>;
  /** Returns the differences between roll-ups, calls and spans, which should be empty. */
  differences(project?: string): Promise<unknown[]>;
  close(): Promise<void>;
}

async function appOf(pipeline: SpanPipeline): Promise<FastifyInstance> {
  const app = fastify({ routerOptions: { maxParamLength: 16_384 } });
  app.decorateRequest('project', 'default');
  app.addHook('onRequest', async (request) => {
    request.project = String(request.headers['x-project'] ?? 'default');
  });
  await app.register(makeApiRoutes({ pipeline, clock: () => NOON_MS + 3_600_000 }), { prefix: '/api' });
  return app;
}

/** The embedded engine, a server, or a cluster with distributed tables. */
export type StoreKind = 'chdb' | 'clickhouse' | 'cluster';

/**
 * URL of a ClickHouse server, `clickhouse://user:password@host:8123`, and the name of its cluster. If set, tests use
 * this server with a database for each collector instead of the embedded engine.
 */
const SERVER = env['USERSPAN_TEST_CLICKHOUSE_URL'];
const CLUSTER = env['USERSPAN_TEST_CLICKHOUSE_CLUSTER'];

/**
 * @param clock - The clock of all pipelines of the collector; an hour after {@link NOON_MS} by default.
 * @param recent - When answers are cached for seconds.
 */
export async function openTestCollector(
  kind: StoreKind,
  clock: () => number = () => NOON_MS + 3_600_000,
  recent?: MemoryAnswersOptions,
): Promise<TestCollector> {
  const directory = mkdtempSync(join(tmpdir(), 'userspan-test-'));
  mkdirSync(join(directory, 'engine'));
  const cluster = kind === 'cluster' ? (CLUSTER ?? 'team') : undefined;
  const isReal = SERVER !== undefined && (cluster === undefined || CLUSTER !== undefined);
  const database = isReal ? `userspan_test_${randomBytes(6).toString('hex')}` : 'userspan';
  const front =
    kind === 'chdb' || isReal
      ? undefined
      : await startClickHouseFront(join(directory, 'engine'), cluster !== undefined);
  const server = isReal ? SERVER : `clickhouse://default:secret@127.0.0.1:${front?.port ?? 0}`;
  const store = await openStore({
    directory: join(directory, 'engine'),
    ...(kind === 'chdb' ? {} : { url: `${server}/${database}` }),
    ...(cluster === undefined ? {} : { cluster }),
  });
  const open = (name: string, settings: TestSettings = {}): Promise<SpanPipeline> =>
    openPipeline({
      store: storageOf(store, recent),
      directory: join(directory, name),
      collector: name,
      clock,
      ...settings,
    });
  const others: SpanPipeline[] = [];
  const collector: TestCollector = {
    store,
    directory,
    front,
    pipeline: await open('one'),
    app: fastify(),
    async get<T>(url: string, project = 'default') {
      const reply = await collector.app.inject({ url, headers: { 'x-project': project } });
      if (reply.statusCode !== 200) throw new Error(`${reply.statusCode} ${url}: ${reply.body}`);
      return reply.json<T>();
    },
    async send(method, url, body, project = 'default') {
      const reply = await collector.app.inject({
        method,
        url,
        headers: { 'x-project': project },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
    },
    async restart(settings) {
      await collector.app.close();
      collector.pipeline = await open('one', settings);
      collector.app = await appOf(collector.pipeline);
    },
    async another(name, ownClock) {
      const pipeline = await open(name, ownClock === undefined ? {} : { clock: ownClock });
      others.push(pipeline);
      return pipeline;
    },
    async differences(project) {
      const scope = project === undefined ? {} : { project };
      return [...(await readDifferences(store, scope)), ...(await readUnlistedUsers(store, scope))];
    },
    async close() {
      await collector.app.close();
      for (const pipeline of [collector.pipeline, ...others]) await pipeline.close();
      if (kind !== 'chdb' && isReal) {
        await store.execute(`DROP DATABASE IF EXISTS ${database}${onCluster(cluster)} SYNC`);
      }
      await store.close();
      await front?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  collector.app = await appOf(collector.pipeline);
  return collector;
}
