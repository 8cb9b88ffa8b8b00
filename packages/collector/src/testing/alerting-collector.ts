import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { vi } from 'vitest';

import { Alerting } from '../alerts/alerting.ts';
import type { AlertingOptions } from '../alerts/alerting.ts';
import { SecretBox } from '../alerts/secret-box.ts';
import { makeApiRoutes } from '../api/api-routes.ts';
import type { Store } from '../storage/engine/store.ts';
import { storageOf } from '../storage/storage.ts';
import { openTestCollector } from './test-collector.ts';
import type { StoreKind, TestCollector } from './test-collector.ts';
import { NOON_MS } from './trace-of.ts';

/** Encrypts secrets of the collectors of a test. */
export const testBox: SecretBox = new SecretBox('the key of this test, 32 characters');

/** The API's answer to a request. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, never> & Record<string, unknown>;
}

/** A store with alerts, whose time only advances when a test says so. */
export interface AlertingCollector {
  readonly store: TestCollector;
  alerting: Alerting;
  nowMs: number;
  /** Milliseconds by which each reading of the clock advances the time; 0 by default. */
  stepMs: number;
  /** Advances the time and evaluates the alerts. */
  pass(ms: number): Promise<void>;
  request(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
    url: string,
    body?: object,
    project?: string,
  ): Promise<Answer>;
  /** Uploads a file. */
  upload(url: string, body: string, contentType: string): Promise<{ readonly status: number }>;
  /** Returns the body of the response to a GET request. */
  text(url: string, project: string, accept?: string): Promise<string>;
  /** Simulates a restart after `kill -9`. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openAlertingCollector(
  kind: StoreKind = 'chdb',
  options: Partial<AlertingOptions> = {},
): Promise<AlertingCollector> {
  // All parts share one clock, as in a process. With a slow clock, a pipeline would regard an erasure of today as one
  // in the future.
  const clock = (): number => {
    nowMs += stepMs;
    return nowMs;
  };
  let nowMs = NOON_MS;
  let stepMs = 0;
  const store = await openTestCollector(kind, clock);
  let app: FastifyInstance;
  const make = (): Alerting =>
    new Alerting({
      store: storageOf(store.store),
      box: testBox,
      clock,
      allowsPrivate: true,
      publicUrl: 'https://userspan.example.com',
      random: () => 0.5,
      ...options,
    });
  const open = async (): Promise<void> => {
    app = fastify({ routerOptions: { maxParamLength: 16_384 } });
    app.decorateRequest('project', 'default');
    app.addHook('onRequest', async (request) => {
      request.project = String(request.headers['x-project'] ?? 'default');
    });
    const { alerting } = collector;
    await app.register(makeApiRoutes({ pipeline: store.pipeline, alerting, clock }), {
      prefix: '/api',
    });
  };
  const collector: AlertingCollector = {
    store,
    get nowMs() {
      return nowMs;
    },
    set nowMs(ms) {
      nowMs = ms;
    },
    get stepMs() {
      return stepMs;
    },
    set stepMs(ms) {
      stepMs = ms;
    },
    alerting: undefined as unknown as Alerting,
    async pass(ms) {
      nowMs += ms;
      await collector.alerting.tick();
    },
    async request(method, url, body, project = 'default') {
      const reply = await app.inject({
        method,
        url,
        headers: { 'x-project': project },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: reply.statusCode, body: reply.json() };
    },
    async upload(url, payload, contentType) {
      const headers = { 'content-type': contentType };
      return { status: (await app.inject({ method: 'POST', url, payload, headers })).statusCode };
    },
    async text(url, project, accept = '*/*') {
      return (await app.inject({ url, headers: { 'x-project': project, accept } })).body;
    },
    async restart() {
      await app.close();
      collector.alerting = make();
      await open();
    },
    async close() {
      await app.close();
      await collector.alerting.stop();
      await store.close();
    },
  };
  collector.alerting = make();
  await open();
  return collector;
}

/** Returns a store with another implementation of `insert`. */
export function withInsert(store: Store, insert: Store['insert']): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'insert') return insert;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Thrown by each write after the simulated death of a process. */
export class Death extends Error {}

/** Simulates that the process of a collector dies at the given write. Returns a function that undoes that. */
export function dieAt(
  { store: { store } }: AlertingCollector,
  write: number,
  isWritten: boolean,
): () => void {
  const insert = store.insert.bind(store);
  let writes = 0;
  let isDead = false;
  const spy = vi.spyOn(store, 'insert').mockImplementation(async (rows) => {
    if (isDead) throw new Death();
    writes += 1;
    if (writes <= write) return insert(rows);
    isDead = true;
    if (isWritten) await insert(rows);
    throw new Death();
  });
  return () => spy.mockRestore();
}
