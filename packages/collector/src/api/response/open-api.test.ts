import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { batch, call, user } from '../../testing/trace-of.ts';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let collector: TestCollector;
let document: Document;
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await collector.send('POST', '/api/sample');
  await collector.pipeline.write(
    batch(
      {
        id: 1,
        attributes: {
          ...user('u/1?#é', { 'user.name': 'Ada', 'userspan.user.plan': 'pro' }),
          'session.id': 't 1',
        },
      },
      { id: 2, parent: 1, attributes: call({ 'gen_ai.input.messages': '[{"role":"user"}]' }) },
      { id: 3, trace: 2, attributes: call() },
      {
        id: 4,
        parent: 1,
        attributes: {
          ...user('u/1?#é'),
          'session.id': 't 1',
          'userspan.message.id': 'm1',
          'userspan.message.role': 'user',
          'userspan.message.content': 'Hello',
          'userspan.feedback.thumb': 'up',
        },
      },
    ),
  );
  await collector.send('POST', '/api/users/anonymous/alias', { userId: 'u/1?#é' });
  const exporter = {
    type: 'webhook',
    url: 'https://example.com',
    apiKey: 'whsec_x',
    customer: 'group',
    since: '2026-11-01',
  };
  await collector.app.inject({ method: 'PUT', url: '/api/exporters/e', payload: exporter });
  await collector.app.inject({
    method: 'PUT',
    url: '/api/budgets',
    payload: { id: 'each', of: 'user', usd: 1 },
  });
  await collector.app.inject({ method: 'PUT', url: '/api/system-services/batch' });
  document = await collector.get<Document>('/api/openapi.json');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

const PATHS: Readonly<Record<string, string>> = {
  '/api/budgets/{id}/spenders': 'each',
  '/api/users/{id}': 'u/1?#é',
  '/api/users/{id}/budget': 'u/1?#é',
  '/api/groups/{id}': 'acme',
  '/api/groups/{id}/budget': 'acme',
  '/api/tags/{id}': 'search',
  '/api/exporters/{id}/reconcile': 'e',
  '/api/users/{id}/calls': 'u/1?#é',
  '/api/users/{id}/export': 'u/1?#é',
  '/api/users/{id}/neighbors': 'u/1?#é',
  '/api/users/{id}/threads': 'u/1?#é',
  '/api/users/{id}/usage': 'u/1?#é',
  '/api/threads/{id}': 't 1',
  '/api/threads/{id}/neighbors': 't 1',
};

function fill(path: string): string {
  return path
    .replace('{id}', encodeURIComponent(PATHS[path] ?? ''))
    .replace('{traceId}', `${'0'.repeat(31)}1`)
    .replace('{spanId}', `${'0'.repeat(15)}2`);
}

/** Optional query parameters, so that answers contain every field. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/api/users': [
    '',
    '?include=trend,median,before,latency&from=2026-11-01',
    '?limit=2&sort=name',
    '?q=ada',
    '?group=acme&prop.plan=pro',
  ],
  '/api/summary': ['', '?from=2026-11-10&to=2026-11-21', '?model=gpt-4o'],
  '/api/groups': ['', '?include=before,latency&from=2026-11-10&group=acme'],
  '/api/models': ['', '?include=before,latency&from=2026-11-10'],
  '/api/tags': ['', '?include=before,latency,feedback&sort=thumbs'],
  '/api/services': ['?sort=name'],
  '/api/movers': ['', '?from=2026-11-10'],
  '/api/distribution': ['', '?q=ada'],
  '/api/to-date': ['', '?tz=Asia/Kathmandu&model=gpt-4o&q=ada'],
  '/api/usage': [
    '',
    '?by=model',
    '?by=user&bucket=month&tz=Asia/Kolkata',
    '?by=group&bucket=week&tz=Europe/Berlin',
    '?by=tag&bucket=hour&from=2026-11-20',
    '?attributed=false',
    '?by=user&limit=2',
  ],
  '/api/prices': ['', '?model=gpt-4o', '?model=dall-e-3', '?model=none&provider=openai&at=2026-01-01'],
  '/api/prices/models': ['?q=gpt-4o'],
  '/api/users/{id}/usage': ['', '?by=service&bucket=month'],
  '/api/threads': ['', '?include=title&q=ada&errors=false&content=rol&sort=errors'],
  '/api/collector': [''],
  '/api/system-services': [''],
  '/api/search': ['?q=ada', '?q=acme', '?q=t%201', '?q=00000000000000000000000000000001&limit=1'],
  '/api/feedback': ['', '?thumb=up&thread=t%201&from=2026-11-01', '?user=u%2F1%3F%23%C3%A9'],
  '/api/calls': [
    '',
    '?attributed=false&limit=1',
    '?unpriced=true',
    '?errors=true',
    '?user=u%2F1%3F%23%C3%A9',
  ],
};

describe('the document matches the routes', () => {
  test('describes every route once, with a unique id', () => {
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual([
      'addAlert',
      'addAlias',
      'addChannel',
      'addPrice',
      'addSample',
      'addSilence',
      'addSystemService',
      'addUsageKey',
      'applyAlerting',
      'changeAlert',
      'changeChannel',
      'changeUser',
      'decideUncertainEvents',
      'eraseUser',
      'explainChange',
      'exportMeter',
      'exportUser',
      'findModels',
      'importRevenueStripe',
      'listAlertStates',
      'listAlerts',
      'listBudgetSpenders',
      'listBudgetStandings',
      'listBudgets',
      'listCalls',
      'listChannels',
      'listDeliveries',
      'listExporters',
      'listFeedback',
      'listGroups',
      'listModels',
      'listMovers',
      'listPrices',
      'listServices',
      'listSilences',
      'listSystemServices',
      'listTags',
      'listThreads',
      'listUsageKeys',
      'listUserCalls',
      'listUserThreads',
      'listUsers',
      'putBudget',
      'putExporter',
      'putRevenue',
      'putRevenueProperty',
      'putRevenueStripe',
      'readCall',
      'readCollector',
      'readDifferences',
      'readDistribution',
      'readFacets',
      'readForecast',
      'readGroup',
      'readGroupBudget',
      'readMargin',
      'readNeighbors',
      'readOpenApi',
      'readOwnBudget',
      'readOwnPage',
      'readOwnUsage',
      'readRevenueSources',
      'readSummary',
      'readTag',
      'readThread',
      'readThreadNeighbors',
      'readToDate',
      'readTrace',
      'readUsage',
      'readUser',
      'readUserBudget',
      'readUserUsage',
      'reconcileExporter',
      'removeAlert',
      'removeAlias',
      'removeBudget',
      'removeChannel',
      'removeExporter',
      'removeOldChannelSecrets',
      'removePrice',
      'removeRevenueProperty',
      'removeRevenueStripe',
      'removeSample',
      'removeSilence',
      'removeSystemService',
      'removeUsageKey',
      'repairRollups',
      'reprice',
      'rotateChannelSecret',
      'runExporter',
      'search',
      'testChannel',
      'uploadRevenue',
      'watch',
    ]);
  });

  test('returns answers that match their schemas', async () => {
    const told: string[] = [];
    for (const [path, { get: operation }] of Object.entries(document.paths)) {
      if (operation === undefined || path === '/api/events' || path.startsWith('/api/own/')) continue;
      const schema = operation.responses['200']?.content['application/json']?.schema;
      for (const query of QUERIES[path] ?? ['']) {
        const reply = await collector.app.inject({ url: fill(path) + query });
        if (reply.statusCode !== 200) told.push(`${path}${query}: ${reply.statusCode} ${reply.body}`);
        else if (schema !== undefined && !ajv.validate(schema, reply.json())) {
          told.push(`${path}${query}: ${ajv.errorsText()}`);
        }
      }
    }
    expect(told).toEqual([]);
  });
});

test('exports all data of a user as JSON lines', async () => {
  const reply = await collector.app.inject({ url: fill('/api/users/{id}/export') });
  const records = reply.body
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { record: string }).record);
  expect(records).toEqual(['user', 'thread', 'call', 'span', 'span', 'span']);
});

test('returns captured content in its thread', async () => {
  const thread = await collector.get<{ calls: { messages?: unknown }[] }>('/api/threads/t%201');
  expect(thread.calls.map(({ messages }) => messages)).toEqual([
    { system: null, input: [{ role: 'user' }], output: null },
  ]);
});
