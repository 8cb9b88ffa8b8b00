import { createHash } from 'node:crypto';

import { signWebhook } from '../alerts/channels/sign-webhook.ts';
import { post } from '../alerts/delivery/post.ts';
import type { PostAnswer } from '../alerts/delivery/post.ts';
import { dateOf } from './exporter.ts';
import type { Biller, Exporter, ExporterSecrets } from './exporter.ts';
import type { MeterEvent } from './meter-event.ts';

/** A biller's answer for some events. */
export interface BillerAnswer {
  /** Identifiers that the biller has now, or had already. */
  readonly accepted: ReadonlySet<string>;
  /** Why the others were not taken. */
  readonly problem: string | null;
  /** The connection ended without an answer. */
  readonly isUnanswered: boolean;
  readonly retryAfter: string | undefined;
}

export interface BillerContext {
  readonly project: string;
  readonly exporter: Exporter;
  readonly secrets: ExporterSecrets;
  readonly allowsPrivate: boolean;
  readonly nowMs: number;
}

/** Events of one request at most. */
export const BATCH_SIZES: Readonly<Record<Biller, number>> = {
  'stripe-stream': 100,
  stripe: 1,
  openmeter: 100,
  lago: 100,
  orb: 100,
  metronome: 100,
  webhook: 50,
};

const DAY_MS = 86_400_000;
/** How far back a biller takes events, in days. */
const LOOKBACK_DAYS: Readonly<Partial<Record<Biller, number>>> = {
  'stripe-stream': 35,
  stripe: 35,
  metronome: 34,
};
/** How long a biller remembers identifiers. */
export const REMEMBERED_MS: Readonly<Partial<Record<Biller, number>>> = {
  'stripe-stream': DAY_MS,
  stripe: DAY_MS,
  metronome: 34 * DAY_MS,
};
/** Of the requests and of what tests expect. */
export const STRIPE_VERSION = '2025-03-31.basil';
const MAX_PROBLEM = 300;

/** Sends some events in one request. Never throws. */
export async function sendEvents(
  context: BillerContext,
  events: readonly MeterEvent[],
): Promise<BillerAnswer> {
  try {
    switch (context.exporter.type) {
      case 'stripe-stream':
        return await sendStripeStream(context, events);
      case 'lago':
        return await sendLago(context, events);
      default: {
        const { path, body, headers } = requestOf(context, events);
        return answerOf(await send(context, path, body, headers), events);
      }
    }
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : 'the request failed';
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const isUnsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code);
    const isRefused = error instanceof Error && error.name === 'PrivateAddressError';
    return {
      accepted: new Set(),
      problem: shown(problem, context),
      isUnanswered: !isUnsent && !isRefused,
      retryAfter: undefined,
    };
  }
}

/** A key never stands in a message. */
function shown(text: string, { secrets }: BillerContext): string {
  return text.replaceAll(secrets.apiKey, '…').slice(0, MAX_PROBLEM);
}

function send(
  { exporter, secrets, allowsPrivate }: BillerContext,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<PostAnswer> {
  return post(
    {
      url: `${exporter.url}${path}`,
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secrets.apiKey}`, ...headers },
    },
    { allowsPrivate },
  );
}

function answerOf({ status, body, headers }: PostAnswer, events: readonly MeterEvent[]): BillerAnswer {
  const isAccepted = status >= 200 && status < 300;
  const refused = isAccepted ? refusedBy(body) : new Map<string, string>();
  const retryAfter = headers['retry-after'];
  const accepted = events.filter(({ identifier }) => isAccepted && !refused.has(identifier));
  const [first] = refused.values();
  return {
    accepted: new Set(accepted.map(({ identifier }) => identifier)),
    problem: isAccepted ? (first ?? null) : `${status} ${body.slice(0, MAX_PROBLEM)}`,
    isUnanswered: false,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  };
}

/** Orb accepts a batch and names the events that it did not take. */
function refusedBy(body: string): Map<string, string> {
  try {
    const { validation_failed: failed = [] } = JSON.parse(body) as {
      validation_failed?: { idempotency_key: string; validation_errors: readonly string[] }[];
    };
    return new Map(failed.map((each) => [each.idempotency_key, each.validation_errors.join(', ')]));
  } catch {
    return new Map();
  }
}

/** The time of an event: the end of its day, or now while the day lasts; never older than the biller takes. */
export function timeOf({ exporter, nowMs }: BillerContext, { day }: MeterEvent): Date {
  const end = Math.min((day + 1) * DAY_MS - 1000, nowMs);
  const lookback = LOOKBACK_DAYS[exporter.type];
  return new Date(lookback === undefined ? end : Math.max(end, nowMs - lookback * DAY_MS + 3_600_000));
}

function propertiesOf(event: MeterEvent, { exporter }: BillerContext): Readonly<Record<string, string>> {
  return {
    value: event.amount,
    model: event.model,
    day: dateOf(event.day),
    measure: exporter.measure,
    unit: exporter.measure === 'cost' ? exporter.unit : exporter.measure,
  };
}

interface BillerRequest {
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function stripeEvent(context: BillerContext, event: MeterEvent): object {
  return {
    event_name: context.exporter.eventName,
    identifier: event.identifier,
    timestamp: timeOf(context, event).toISOString(),
    payload: { stripe_customer_id: event.customer, value: event.amount, model: event.model },
  };
}

function requestOf(context: BillerContext, events: readonly MeterEvent[]): BillerRequest {
  const { exporter, secrets, nowMs, project } = context;
  const at = (event: MeterEvent): string => timeOf(context, event).toISOString();
  switch (exporter.type) {
    case 'stripe':
      return {
        path: '/v2/billing/meter_events',
        body: JSON.stringify(events.map((event) => stripeEvent(context, event))[0]),
        headers: { 'stripe-version': STRIPE_VERSION },
      };
    case 'openmeter':
      return {
        path: '/api/v1/events',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(
          events.map((event) => ({
            specversion: '1.0',
            id: event.identifier,
            source: `userspan/${project}`,
            type: exporter.eventName,
            subject: event.customer,
            time: at(event),
            data: propertiesOf(event, context),
          })),
        ),
      };
    case 'orb':
      return {
        path: '/v1/ingest',
        body: JSON.stringify({
          events: events.map((event) => ({
            event_name: exporter.eventName,
            idempotency_key: event.identifier,
            external_customer_id: event.customer,
            timestamp: at(event),
            properties: propertiesOf(event, context),
          })),
        }),
      };
    case 'metronome':
      return {
        path: '/v1/ingest',
        body: JSON.stringify(
          events.map((event) => ({
            transaction_id: event.identifier,
            customer_id: event.customer,
            event_type: exporter.eventName,
            timestamp: at(event),
            properties: propertiesOf(event, context),
          })),
        ),
      };
    default: {
      const id = createHash('sha256')
        .update(events.map(({ identifier }) => identifier).join(' '))
        .digest('hex');
      const body = JSON.stringify({
        type: 'meter.events',
        timestamp: new Date(nowMs).toISOString(),
        data: {
          events: events.map((event) => ({
            identifier: event.identifier,
            event: exporter.eventName,
            customer: event.customer,
            timestamp: at(event),
            ...propertiesOf(event, context),
          })),
        },
      });
      const seconds = Math.floor(nowMs / 1000);
      return {
        path: '',
        body,
        headers: {
          authorization: '',
          'webhook-id': `msg_${id.slice(0, 40)}`,
          'webhook-timestamp': String(seconds),
          'webhook-signature': signWebhook([secrets.apiKey], `msg_${id.slice(0, 40)}`, seconds, body),
        },
      };
    }
  }
}

/** A session's token is good for fifteen minutes; one is made for each request of a hundred events. */
async function sendStripeStream(
  context: BillerContext,
  events: readonly MeterEvent[],
): Promise<BillerAnswer> {
  const { exporter } = context;
  const api = exporter.url.includes('meter-events.stripe.com') ? 'https://api.stripe.com' : exporter.url;
  const version = { 'stripe-version': STRIPE_VERSION };
  const session = await send(
    { ...context, exporter: { ...exporter, url: api } },
    '/v2/billing/meter_event_session',
    '{}',
    version,
  );
  if (session.status < 200 || session.status >= 300) return answerOf(session, events);
  const { authentication_token: token } = JSON.parse(session.body) as { authentication_token: string };
  const body = JSON.stringify({ events: events.map((event) => stripeEvent(context, event)) });
  const headers = { ...version, authorization: `Bearer ${token}` };
  return answerOf(await send(context, '/v2/billing/meter_event_stream', body, headers), events);
}

function lagoEvent(context: BillerContext, event: MeterEvent): object {
  const { exporter } = context;
  return {
    transaction_id: event.identifier,
    external_subscription_id: event.customer,
    code: exporter.eventName,
    timestamp: Math.floor(timeOf(context, event).getTime() / 1000),
    properties: propertiesOf(event, context),
  };
}

const DUPLICATE = /already_exist|already exists|duplicate/i;

/** Lago refuses a batch with one duplicate in it: then each event is sent alone, and a duplicate is one that it has. */
async function sendLago(context: BillerContext, events: readonly MeterEvent[]): Promise<BillerAnswer> {
  const batch = JSON.stringify({ events: events.map((event) => lagoEvent(context, event)) });
  const answer = await send(context, '/api/v1/events/batch', batch);
  if (answer.status !== 422) return answerOf(answer, events);
  const accepted = new Set<string>();
  let problem: string | null = null;
  for (const event of events) {
    const single = await send(
      context,
      '/api/v1/events',
      JSON.stringify({ event: lagoEvent(context, event) }),
    );
    if (
      (single.status >= 200 && single.status < 300) ||
      (single.status === 422 && DUPLICATE.test(single.body))
    ) {
      accepted.add(event.identifier);
    } else problem = `${single.status} ${single.body.slice(0, MAX_PROBLEM)}`;
  }
  return { accepted, problem, isUnanswered: false, retryAfter: undefined };
}
