import Metronome from '@metronome/sdk';
import { OpenMeter } from '@openmeter/sdk';
import { Client as LagoClient } from 'lago-javascript-client';
import Orb from 'orb-billing';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, user } from '../testing/trace-of.ts';

const KEY = 'sk_test_0123456789abcdef';

let collector: AlertingCollector;
let biller: Receiver;
beforeAll(async () => {
  collector = await openAlertingCollector();
  biller = await startReceiver();
  const attributes = {
    ...call({ 'gen_ai.usage.cost': 0.25 }),
    ...user('u1', { 'userspan.user.stripeCustomerId': 'cus_u1' }),
  };
  await collector.store.pipeline.write(batch({ id: 1, trace: 1, attributes }));
}, 60_000);
afterAll(async () => {
  await collector.close();
  await biller.close();
}, 60_000);
beforeEach(() => {
  biller.requests.length = 0;
  biller.answer = ({ path }) =>
    path.endsWith('/events')
      ? { status: 204 }
      : {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: '{"object":"v2.billing.meter_event_session","authentication_token":"token_of_a_session"}',
        };
});

interface Request {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** The parts of a request that the biller reads. */
function asked(): Request[] {
  return biller.requests.splice(0).map(({ method, path, headers, body }) => ({
    method,
    path,
    type: headers['content-type']?.split(';')[0],
    authorization: headers.authorization,
    body: body === '' || body === '{}' ? {} : (JSON.parse(body) as unknown),
  }));
}

async function ours(type: string): Promise<Request[]> {
  const exporter = { type, apiKey: KEY, url: biller.url, everySeconds: 0, customer: 'prop:stripeCustomerId' };
  expect((await collector.request('PUT', `/api/exporters/${type}`, exporter)).status).toBe(200);
  const { body } = await collector.request('POST', `/api/exporters/${type}/run`, { dryRun: false });
  expect(body).toMatchObject({ sent: 1, pending: 0, problem: null });
  return asked();
}

/** Stripe's client, with all hosts replaced by the test server. */
function stripe(key: string): Stripe {
  const client = Stripe.createNodeHttpClient();
  const { hostname, port } = new URL(biller.url);
  const makeRequest = client.makeRequest.bind(client);
  client.makeRequest = (_host, _port, path, method, headers, data, _protocol, timeout) =>
    makeRequest(hostname, port, path, method, headers, data, 'http', timeout);
  return new Stripe(key, { httpClient: client, telemetry: false });
}

test('Stripe, single events: sends the same request as the official client', async () => {
  const sent = await ours('stripe');
  await stripe(KEY).v2.billing.meterEvents.create(sent[0]?.body as Stripe.V2.Billing.MeterEventCreateParams);
  expect(asked()).toEqual(sent);
});

test('Stripe, event stream: creates a session and sends events with its token, like the official client', async () => {
  const sent = await ours('stripe-stream');
  const session = await stripe(KEY).v2.billing.meterEventSession.create();
  const { meterEventStream } = stripe(session.authentication_token).v2.billing;
  await meterEventStream.create(sent[1]?.body as Parameters<typeof meterEventStream.create>[0]);
  expect(asked()).toEqual(sent);
});

test('OpenMeter: sends the same request as the official client', async () => {
  const [sent] = await ours('openmeter');
  const client = new OpenMeter({ baseUrl: biller.url, apiKey: KEY });
  const events = sent?.body as { time: string }[];
  await client.events.ingest(events.map((event) => ({ ...event, time: new Date(event.time) })) as never);
  expect(asked()).toEqual([sent]);
});

test.each<readonly [type: string, ingest: (body: unknown) => Promise<unknown>]>([
  [
    'lago',
    (body) =>
      LagoClient(KEY, { baseUrl: `${biller.url}/api/v1` }).events.createBatchEvents(
        body as Parameters<ReturnType<typeof LagoClient>['events']['createBatchEvents']>[0],
      ),
  ],
  [
    'orb',
    (body) =>
      new Orb({ apiKey: KEY, baseURL: `${biller.url}/v1` }).events.ingest(body as Orb.EventIngestParams),
  ],
  [
    'metronome',
    (body) =>
      new Metronome({ bearerToken: KEY, baseURL: biller.url }).v1.usage.ingest({
        usage: body as NonNullable<Metronome.V1.UsageIngestParams['usage']>,
      }),
  ],
])('%s: sends the same request as the official client', async (type, ingest) => {
  const sent = await ours(type);
  await ingest(sent[0]?.body);
  expect(asked()).toEqual(sent);
});
