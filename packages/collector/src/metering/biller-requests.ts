import { createHash } from 'node:crypto';

import { signWebhook } from '../alerts/channels/sign-webhook.ts';
import { dateOf } from './exporter.ts';
import type { Biller, Exporter, ExporterSecrets } from './exporter.ts';
import type { MeterEvent } from './meter-event.ts';

export interface BillerContext {
  readonly project: string;
  readonly exporter: Exporter;
  readonly secrets: ExporterSecrets;
  readonly allowsPrivate: boolean;
  readonly nowMs: number;
  /** Time limit from connecting to the end of an answer. */
  readonly timeoutMs?: number | undefined;
}

/** A request without its host and key. */
export interface BillerRequest {
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;
/** Maximum age in days of events that a biller accepts. */
const LOOKBACK_DAYS: Readonly<Partial<Record<Biller, number>>> = {
  'stripe-stream': 35,
  stripe: 35,
  metronome: 34,
};
/** API version of requests. */
export const STRIPE_VERSION = '2025-03-31.basil';

/**
 * The time of an event: the end of its day, or its creation time if the day has not ended. It is the same at every
 * attempt, because a biller may refuse a repeated identifier with another body. An event that is too old for the biller
 * gets the oldest accepted time plus a day.
 */
function timeOf({ exporter, nowMs }: BillerContext, { day, createdMs }: MeterEvent): Date {
  const end = Math.min((day + 1) * DAY_MS - 1000, createdMs);
  const lookback = LOOKBACK_DAYS[exporter.type];
  if (lookback === undefined) return new Date(end);
  const atCreation = Math.max(end, createdMs - (lookback - 1) * DAY_MS);
  return new Date(
    atCreation > nowMs - lookback * DAY_MS + 3_600_000 ? atCreation : nowMs - (lookback - 1) * DAY_MS,
  );
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

function stripeEvent(context: BillerContext, event: MeterEvent): object {
  return {
    event_name: context.exporter.eventName,
    identifier: event.identifier,
    timestamp: timeOf(context, event).toISOString(),
    payload: { stripe_customer_id: event.customer, value: event.amount, model: event.model },
  };
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

/** The request that sends events to the biller. */
export function requestOf(context: BillerContext, events: readonly MeterEvent[]): BillerRequest {
  const { exporter, secrets, nowMs, project } = context;
  const at = (event: MeterEvent): string => timeOf(context, event).toISOString();
  switch (exporter.type) {
    case 'stripe':
      return {
        path: '/v2/billing/meter_events',
        body: JSON.stringify(events.map((event) => stripeEvent(context, event))[0]),
        headers: { 'stripe-version': STRIPE_VERSION },
      };
    case 'stripe-stream':
      return {
        path: '/v2/billing/meter_event_stream',
        body: JSON.stringify({ events: events.map((event) => stripeEvent(context, event)) }),
        headers: { 'stripe-version': STRIPE_VERSION },
      };
    case 'lago':
      return {
        path: '/api/v1/events/batch',
        body: JSON.stringify({ events: events.map((event) => lagoEvent(context, event)) }),
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
