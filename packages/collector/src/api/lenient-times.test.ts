import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlertingCollector, openAlertingCollector } from '../testing/alerting-collector.ts';

let alerting: AlertingCollector;
beforeAll(async () => {
  alerting = await openAlertingCollector();
  await alerting.store.send('POST', '/api/prices', {
    model: 'known',
    usdPerMillion: { input: 1, output: 1 },
  });
}, 60_000);
afterAll(() => alerting.close());

/** Texts that a lenient parser takes for times. */
const TEXTS = ["' OR '1'='1", '2026-02-30', 'Nov 20 2026', '2026-11-20 12:00', '2026-11', 'now 1'];

/** Every request with a time, apart from `from` and `to` of a query. */
const REQUESTS: readonly (readonly [
  string,
  (time: string) => readonly [method: string, url: string, body?: object],
])[] = [
  [
    'before of the history of alerts',
    (time) => ['GET', `/api/deliveries?before=${encodeURIComponent(time)}`],
  ],
  ['from of a silence', (from) => ['POST', '/api/silences', { user: 'ann', from }]],
  ['until of a silence', (until) => ['POST', '/api/silences', { user: 'ann', until }]],
  ['at of prices', (time) => ['GET', `/api/prices?at=${encodeURIComponent(time)}`]],
  [
    'from of a price',
    (from) => ['POST', '/api/prices', { model: 'm', from, usdPerMillion: { input: 1, output: 1 } }],
  ],
  ['from of a repricing', (from) => ['POST', '/api/reprice', { from, dryRun: true }]],
  ['to of a repricing', (to) => ['POST', '/api/reprice', { to, dryRun: true }]],
  [
    'since of an exporter',
    (since) => ['PUT', '/api/exporters/x', { type: 'webhook', url: 'http://127.0.0.1:9/', since }],
  ],
  ['from of an export', (time) => ['GET', `/api/meter/export?from=${encodeURIComponent(time)}`]],
  ['to of an export', (time) => ['GET', `/api/meter/export?to=${encodeURIComponent(time)}`]],
  ['month of margins', (time) => ['GET', `/api/margin?month=${encodeURIComponent(time)}`]],
  ['month of revenue', (month) => ['PUT', '/api/revenue', { data: [{ month, customer: 'acme', usd: '1' }] }]],
];

/** `2026-11` is a month, and `2026-02-30` no month, day or time. */
const isMonth = (name: string, text: string): boolean => name.startsWith('month') && text === '2026-11';

test.each(
  REQUESTS.flatMap(([name, request]) =>
    TEXTS.filter((text) => !isMonth(name, text)).map((text) => [name, text, request] as const),
  ),
)('%s: %j is refused', async (_name, text, request) => {
  const [method, url, body] = request(text);
  const { status, body: answer } = await alerting.request(method as 'GET', url, body);
  expect({ status, answer }).toMatchObject({ status: 400 });
});
