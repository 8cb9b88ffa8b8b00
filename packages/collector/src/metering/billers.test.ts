import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { newWebhookSecret } from '../alerts/channels/sign-webhook.ts';
import { deleteBefore } from '../maintenance/retention.ts';
import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';

const KEY = 'sk_test_0123456789abcdef';
const SECRET = newWebhookSecret();
const DAY = 86_400_000;

let collector: AlertingCollector;
let biller: Receiver;
let number = 0;
let project = '';
beforeAll(async () => {
  collector = await openAlertingCollector();
  biller = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await biller.close();
}, 60_000);
beforeEach(() => {
  number += 1;
  project = `project ${number}`;
  biller.requests.length = 0;
  biller.answer = () => ({ status: 200, body: '{}' });
});

function send(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
): ReturnType<AlertingCollector['request']> {
  return collector.request(method, url, body, project);
}

let spanId = 0;

async function spend(usd: number, id = 'u1', daysAgo = 0): Promise<void> {
  spanId += 1;
  const attributes = {
    ...call({ 'gen_ai.usage.cost': usd }),
    ...user(id, { 'userspan.user.group': 'acme', 'userspan.user.stripeCustomerId': `cus_${id}` }),
  };
  await collector.store.pipeline.write(
    batch({
      id: spanId,
      trace: spanId,
      project,
      atMs: collector.nowMs - daysAgo * DAY - NOON_MS,
      attributes,
    }),
  );
}

async function start(exporter: object): Promise<void> {
  const answer = await send('PUT', '/api/exporters/e', {
    apiKey: KEY,
    url: biller.url,
    everySeconds: 0,
    ...exporter,
  });
  expect([answer.status, JSON.stringify(answer.body).includes(KEY)]).toEqual([200, false]);
}

async function run(): Promise<Record<string, unknown>> {
  return (await send('POST', '/api/exporters/e/run', { dryRun: false })).body;
}

const ID = expect.stringMatching(/^usp_[0-9a-f]{40}$/) as string;

test.each([
  [
    'stripe',
    { customer: 'prop:stripeCustomerId', eventName: 'llm', unit: 'cent' },
    '/v2/billing/meter_events',
    {
      event_name: 'llm',
      identifier: ID,
      timestamp: expect.stringMatching(/Z$/) as string,
      payload: { stripe_customer_id: 'cus_u1', value: '25' },
    },
  ],
  [
    'stripe-stream',
    { customer: 'prop:stripeCustomerId' },
    '/v2/billing/meter_event_stream',
    { events: [{ identifier: ID, payload: { stripe_customer_id: 'cus_u1', value: '0.25' } }] },
  ],
  [
    'openmeter',
    { customer: 'group', markUp: '1.2' },
    '/api/v1/events',
    [
      {
        specversion: '1.0',
        id: ID,
        source: expect.any(String) as string,
        type: 'llm_usage',
        subject: 'acme',
        data: { value: '0.3', model: 'gpt-4o-mini' },
      },
    ],
  ],
  [
    'lago',
    { measure: 'tokens' },
    '/api/v1/events/batch',
    {
      events: [
        {
          transaction_id: ID,
          external_subscription_id: 'u1',
          code: 'llm_usage',
          timestamp: expect.any(Number) as number,
          properties: { value: '15' },
        },
      ],
    },
  ],
  [
    'orb',
    { measure: 'calls' },
    '/v1/ingest',
    {
      events: [
        {
          idempotency_key: ID,
          external_customer_id: 'u1',
          event_name: 'llm_usage',
          properties: { value: '1' },
        },
      ],
    },
  ],
  [
    'metronome',
    {},
    '/v1/ingest',
    [{ transaction_id: ID, customer_id: 'u1', event_type: 'llm_usage', properties: { value: '0.25' } }],
  ],
])('%s', async (type, exporter, path, body) => {
  biller.answer = ({ path: asked }) => ({
    status: 200,
    body: asked.endsWith('session') ? '{"authentication_token":"token of a session"}' : '{}',
  });
  await start({ type, ...exporter });
  await spend(0.25);
  const dry = await send('POST', '/api/exporters/e/run', {});
  expect(dry.body).toMatchObject({ dryRun: true, made: 1, sent: 0 });
  expect(biller.requests).toHaveLength(0);
  expect(await run()).toMatchObject({ sent: 1, pending: 0, problem: null });
  expect(await run()).toMatchObject({ made: 0, sent: 0 });
  const last = biller.requests.at(-1);
  expect(last?.path).toBe(path);
  expect(last?.headers.authorization).toBe(`Bearer ${type === 'stripe-stream' ? 'token of a session' : KEY}`);
  expect(JSON.parse(last?.body ?? '')).toMatchObject(body);
});

test('signs a webhook', async () => {
  await start({ type: 'webhook', apiKey: SECRET });
  await spend(0.25);
  collector.nowMs = Date.now();
  expect(await run()).toMatchObject({ sent: 1 });
  const [request] = biller.requests;
  const verified = new Webhook(SECRET).verify(
    request?.body ?? '',
    request?.headers as Record<string, string>,
  );
  expect(verified).toMatchObject({
    type: 'meter.events',
    data: { events: [{ identifier: ID, customer: 'u1', value: '0.25' }] },
  });
});

test('an uncertain event after a day needs a manual decision, and is neither sent again nor counted as sent', async () => {
  await start({ type: 'stripe', customer: 'prop:stripeCustomerId' });
  await spend(0.25);
  await spend(0.5, 'u2');
  biller.answer = () => 'reset';
  expect(await run()).toMatchObject({ sent: 0, pending: 2 });
  collector.nowMs += DAY + 1;
  biller.answer = () => ({ status: 200 });
  biller.requests.length = 0;
  // The first event was in flight when the connection broke; the second was not sent.
  expect(await run()).toMatchObject({ sent: 1, pending: 0 });
  const [sent] = biller.json<{ payload: { value: string } }>();
  const lost = sent?.payload.value === '0.5' ? '0.25' : '0.5';
  expect((await send('GET', '/api/exporters/e/reconcile')).body).toMatchObject({
    owed: '0.75',
    sent: sent?.payload.value,
    pending: '0',
    uncertain: lost,
    difference: lost,
    states: { sent: 1, uncertain: 1 },
  });
  const decide = async (as?: string): Promise<object> =>
    (await send('POST', '/api/exporters/e/uncertain', as === undefined ? {} : { as })).body;
  const listed = { events: [{ amount: lost, identifier: ID }] };
  expect(await decide()).toMatchObject(listed);
  expect(await decide('again')).toMatchObject(listed);
  expect(await decide()).toEqual({ events: [] });
  expect(await run()).toMatchObject({ sent: 1 });
  expect(biller.json<{ payload: { value: string } }>().map(({ payload }) => payload.value)).toEqual(
    expect.arrayContaining(['0.25', '0.5']),
  );
  expect((await send('GET', '/api/exporters/e/reconcile')).body).toMatchObject({ difference: '0' });
  expect((await send('POST', '/api/exporters/e/uncertain', { as: 'maybe' })).status).toBe(400);
  expect((await send('POST', '/api/exporters/e/uncertain', { As: 'sent' })).status).toBe(400);
  expect((await send('POST', '/api/exporters/e/run', { dryrun: false })).status).toBe(400);
});

test('erasing the only user of the earliest day reverses its usage, and retention reverses nothing', async () => {
  const since = new Date(collector.nowMs - 9 * DAY).toISOString().slice(0, 10);
  await start({ type: 'openmeter', since });
  await spend(0.25, 'first', 8);
  await spend(0.5, 'kept', 6);
  await spend(1, 'kept');
  expect(await run()).toMatchObject({ sent: 3, pending: 0 });
  expect((await send('DELETE', '/api/users/first')).status).toBe(200);
  expect(await run()).toMatchObject({ sent: 1, events: [{ customer: 'first', amount: '-0.25' }] });
  const reconciled = async (): Promise<unknown> => (await send('GET', '/api/exporters/e/reconcile')).body;
  expect(await reconciled()).toMatchObject({ owed: '1.5', sent: '1.5', difference: '0' });
  await deleteBefore(collector.store.pipeline, Math.floor(collector.nowMs / DAY) - 4);
  expect(await run()).toMatchObject({ sent: 0, events: [] });
  expect(await reconciled()).toMatchObject({ owed: '1', sent: '1', difference: '0' });
});

test('a dry run shows pending events and further owed amounts, and no answer contains a key', async () => {
  await start({ type: 'orb' });
  await spend(0.25);
  biller.answer = ({ headers }) => ({ status: 503, body: `not now, ${String(headers.authorization)}` });
  expect(await run()).toMatchObject({ sent: 0, pending: 1, problem: '503 not now, Bearer …' });
  await spend(0.5);
  const { body } = await send('POST', '/api/exporters/e/run', {});
  expect(body).toMatchObject({ made: 2, events: [{ amount: '0.25' }, { amount: '0.5' }] });
  expect((await send('GET', '/api/exporters/e/reconcile')).body).toMatchObject({
    owed: '0.75',
    sent: '0',
    pending: '0.25',
    difference: '0.75',
  });
});

test('writes CSV, NDJSON and FOCUS', async () => {
  await spend(0.25);
  const unpriced = {
    ...user('u2'),
    'gen_ai.operation.name': 'generate_content',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'an-image-model',
  };
  await collector.store.pipeline.write(
    batch({ id: 900, trace: 900, project, atMs: collector.nowMs - NOON_MS, attributes: unpriced }),
  );
  const from = new Date(collector.nowMs).toISOString().slice(0, 10);
  const get = async (format: string): Promise<string[]> => {
    const url = `/api/meter/export?format=${format}&from=${from}&markUp=2`;
    return (await collector.text(url, project)).trim().split(/\r?\n/);
  };
  expect(await get('csv')).toEqual([
    'customer,day,model,cost,billed,quantity,unit,unpricedCalls',
    `u1,${from},gpt-4o-mini,0.25,0.5,15,Tokens,0`,
    `u2,${from},an-image-model,0,0,0,Tokens,1`,
  ]);
  expect((await get('ndjson')).map((line) => JSON.parse(line) as object)).toMatchObject([
    { customer: 'u1', billed: '0.5', unpricedCalls: 0 },
    { customer: 'u2', billed: '0', unpricedCalls: 1 },
  ]);
  const [head = '', row = '', rowWithout = ''] = await get('focus');
  const cells = new Map(head.split(',').map((name, at) => [name, row.split(',')[at]]));
  // The customer's price includes the mark-up. A cost without it would be shown as a negative saving.
  for (const name of ['BilledCost', 'ContractedCost', 'EffectiveCost', 'ListCost']) {
    expect([name, cells.get(name)]).toEqual([name, '0.5']);
  }
  expect(cells.get('x_Cost')).toBe('0.25');
  expect(cells.get('x_Model')).toBe('gpt-4o-mini');
  expect(cells.get('x_UnpricedCalls')).toBe('0');
  expect(rowWithout).toMatch(/,1$/);
  expect(cells.get('ChargeCategory')).toBe('Usage');
  expect(cells.get('SubAccountId')).toBe('u1');
  expect(cells.get('ChargePeriodStart')).toBe(`${from}T00:00:00Z`);
  for (const [name, cell] of cells) {
    if (/Period(Start|End)$/.test(name))
      expect([name, cell]).toEqual([name, expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00Z$/)]);
    if (/Cost$|Quantity$/.test(name))
      expect([name, cell]).toEqual([name, expect.stringMatching(/^-?\d+(\.\d+)?$/)]);
    // Must not be empty in rows of usage.
    expect(name).not.toMatch(/^Sku(Price)?Id$/);
  }
  // Every mandatory column of FOCUS 1.2. Only ChargeClass is empty for a charge that is not a correction.
  const mandatory =
    'BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargePeriodEnd ChargePeriodStart ContractedCost EffectiveCost InvoiceIssuerName ListCost PricingQuantity PricingUnit ProviderName PublisherName ServiceCategory ServiceName'.split(
      ' ',
    );
  expect(mandatory.filter((name) => (cells.get(name) ?? '') === '')).toEqual(['ChargeClass']);
  expect(cells.has('ChargeClass')).toBe(true);
});
