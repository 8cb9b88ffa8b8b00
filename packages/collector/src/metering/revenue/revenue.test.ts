import { Stripe } from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { openAlertingCollector } from '../../testing/alerting-collector.ts';
import type { AlertingCollector } from '../../testing/alerting-collector.ts';
import { startReceiver } from '../../testing/receiver.ts';
import type { Receiver } from '../../testing/receiver.ts';
import { batch, call, user } from '../../testing/trace-of.ts';
import type { TestSpan } from '../../testing/trace-of.ts';
import { parseRevenueCsv } from './parse-revenue.ts';

const KEY = 'rk_test_invoices';

let collector: AlertingCollector;
let stripe: Receiver;

beforeAll(async () => {
  collector = await openAlertingCollector();
  stripe = await startReceiver();
  const span = (id: number, userId: string, props: Record<string, string | number>): TestSpan => ({
    id,
    trace: id,
    attributes: { ...call({ 'gen_ai.usage.cost': id }), ...user(userId, props) },
  });
  const acme = { 'userspan.user.group': 'acme' };
  await collector.store.pipeline.write(
    batch(
      span(1, 'a', { ...acme, 'userspan.user.stripeCustomerId': 'cus_a', 'userspan.user.mrr': '10' }),
      span(2, 'b', { ...acme, 'userspan.user.mrr': 5.5 }),
      span(3, 'c', { 'userspan.user.stripeCustomerId': 'cus_shared', 'userspan.user.mrr': 'a lot' }),
      span(4, 'd', { 'userspan.user.stripeCustomerId': 'cus_shared', 'userspan.user.group': 'globex' }),
    ),
  );
}, 60_000);
afterAll(async () => {
  await collector.close();
  await stripe.close();
}, 60_000);
beforeEach(() => {
  stripe.requests.length = 0;
});

async function margins(by: string, month = '2026-11'): Promise<Record<string, string>> {
  const { body } = await collector.request('GET', `/api/margin?month=${month}&by=${by}`);
  const { lines } = body as unknown as { lines: { customer: string; revenue: string; margin: string }[] };
  return Object.fromEntries(lines.map(({ customer, revenue, margin }) => [customer, `${revenue} ${margin}`]));
}

test("reads revenue from a property of users, with sums for groups, from each user's first month on", async () => {
  expect((await collector.request('PUT', '/api/revenue/property', { name: 'mrr', by: 'user' })).body).toEqual(
    {
      name: 'mrr',
      by: 'user',
    },
  );
  expect(await margins('user')).toEqual({ a: '10 9', b: '5.5 3.5', c: '0 -3', d: '0 -4' });
  expect(await margins('group')).toEqual({ acme: '15.5 12.5', globex: '0 -4' });
  expect(await margins('user', '2026-10')).toEqual({});
  await collector.request('PUT', '/api/revenue/property', { name: 'mrr', by: 'group' });
  expect(await margins('user')).toMatchObject({ a: '0 -1' });
  expect(Object.keys(await margins('group'))).toEqual(['globex', 'acme']);
  expect((await collector.request('GET', '/api/revenue/sources')).body).toEqual({
    property: { name: 'mrr', by: 'group' },
    stripe: null,
  });
  await collector.request('PUT', '/api/revenue/property', { name: 'mrr', by: 'user' });
});

test('adds up lines of a CSV, which replaces the previous one and takes precedence over the property', async () => {
  const upload = (csv: string): Promise<number> =>
    collector.upload('/api/revenue/csv', csv, 'text/csv').then(({ status }) => status);
  const csv =
    '\uFEFFuser,group,month,usd,note\r\na,,2026-11,20.000000000000000001,"x, ""y"""\r\na,,2026-11,-5,refund\r\n,globex,2026-11,100,\r\n';
  expect(await upload(csv)).toBe(200);
  expect(await upload(csv)).toBe(200);
  expect(await margins('user')).toMatchObject({
    a: '15.000000000000000001 14.000000000000000001',
    b: '5.5 3.5',
  });
  expect(await margins('group')).toMatchObject({
    globex: '100 96',
    acme: '20.500000000000000001 17.500000000000000001',
  });
  await collector.request('DELETE', '/api/revenue/property');
  expect(await margins('user')).toMatchObject({ b: '0 -2' });
});

test.each([
  ['user,month,usd\n', /no line/],
  ['user,month,usd\na,2026-13,1\n', /line 2 .*month must be a month such as 2026-11; got "2026-13"/],
  ['user,month,usd\na,2026-11,1\nb,2026-11,"$1,000"\n', /line 3 .*usd must be .*got "\$1,000"/],
  ['customer,month,usd\na,2026-11,1\n', /line 2 .*either "user" or "group"/],
  ['user,group,month,usd\na,b,2026-11,1\n', /line 2 .*either "user" or "group"/],
  ['user,month,usd\na,2026-11\n', /cannot be read/],
  ['user,month,usd\n"a,2026-11,1\n', /cannot be read/],
])('rejects the CSV %j', (csv, message) => {
  expect(() => parseRevenueCsv(csv, 'csv')).toThrow(message);
});

/** The fields of an invoice that are read, with the types of Stripe's package. */
function invoice(id: string, customer: string, part: Partial<Stripe.Invoice> = {}): Partial<Stripe.Invoice> {
  return {
    id,
    customer,
    currency: 'usd',
    total: 1190,
    total_excluding_tax: 1000,
    pre_payment_credit_notes_amount: 0,
    post_payment_credit_notes_amount: 0,
    metadata: {},
    ...part,
  };
}

test('Stripe: reads pages of invoices like the official client, retries after 429, and excludes tax and credit notes', async () => {
  const pages = [
    {
      data: [invoice('in_1', 'cus_a'), invoice('in_2', 'cus_a', { total_excluding_tax: null })],
      has_more: true,
    },
    {
      data: [
        invoice('in_3', 'cus_a', { post_payment_credit_notes_amount: 595 }),
        // The invoice counts as zero and does not reduce other invoices.
        invoice('in_7', 'cus_a', {
          pre_payment_credit_notes_amount: 190,
          post_payment_credit_notes_amount: 1000,
        }),
        invoice('in_4', 'cus_a', { currency: 'eur' }),
        invoice('in_5', 'cus_shared'),
        invoice('in_6', 'cus_nobody'),
      ],
      has_more: false,
    },
  ];
  let answers = 0;
  stripe.answer = ({ path }) => {
    answers += 1;
    if (answers === 1) return { status: 429, headers: { 'retry-after': '0' } };
    return { status: 200, body: JSON.stringify(pages[path.includes('starting_after') ? 1 : 0]) };
  };
  const settings = { apiKey: KEY, url: stripe.url };
  expect(
    JSON.stringify((await collector.request('PUT', '/api/revenue/stripe', settings)).body),
  ).not.toContain(KEY);
  const imported = await collector.request('POST', '/api/revenue/stripe/import', { month: '2026-11' });
  expect(imported).toEqual({
    status: 200,
    body: {
      written: 1,
      skipped: [
        { what: 'in_4', reason: 'its currency is eur' },
        { what: 'in_5', reason: 'several users have stripeCustomerId cus_shared' },
        { what: 'in_6', reason: 'no user has stripeCustomerId cus_nobody' },
      ],
    },
  });
  // 10 + 11.90 + 5, and 15 from the earlier CSV.
  expect(await margins('user')).toMatchObject({ a: '41.900000000000000001 40.900000000000000001' });

  const ours = stripe.requests.slice(1).map(({ method, path, headers }) => ({
    method,
    path: path.split('?')[0],
    query: Object.fromEntries(new URLSearchParams(path.split('?')[1])),
    authorization: headers.authorization,
  }));
  stripe.requests.length = 0;
  const url = new URL(stripe.url);
  const client = new Stripe(KEY, { host: url.hostname, port: url.port, protocol: 'http', telemetry: false });
  const created = { gte: Date.UTC(2026, 10, 1) / 1000, lt: Date.UTC(2026, 11, 1) / 1000 };
  const listed = await client.invoices
    .list({ status: 'paid', limit: 100, created })
    .autoPagingToArray({ limit: 100 });
  expect(listed.map(({ id }) => id)).toEqual(['in_1', 'in_2', 'in_3', 'in_7', 'in_4', 'in_5', 'in_6']);
  const theirs = stripe.requests.map(({ method, path, headers }) => ({
    method,
    path: path.split('?')[0],
    query: Object.fromEntries(new URLSearchParams(path.split('?')[1])),
    authorization: headers.authorization,
  }));
  expect(ours).toEqual(theirs);

  // A voided invoice is no longer listed, so its amount is removed.
  stripe.answer = () => ({ status: 200, body: JSON.stringify({ data: [], has_more: false }) });
  await collector.request('POST', '/api/revenue/stripe/import', { month: '2026-11' });
  expect(await margins('user')).toMatchObject({ a: '15.000000000000000001 14.000000000000000001' });

  stripe.answer = () => ({ status: 401, body: `{"error":{"message":"Invalid API Key ${KEY}"}}` });
  const refused = await collector.request('POST', '/api/revenue/stripe/import', { month: '2026-11' });
  expect(refused.status).toBe(502);
  expect(JSON.stringify(refused.body)).toMatch(/Stripe answered 401/);
  expect(JSON.stringify(refused.body)).not.toContain(KEY);
  expect(JSON.stringify((await collector.request('GET', '/api/revenue/sources')).body)).not.toContain(KEY);
});
