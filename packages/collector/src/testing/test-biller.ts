import { toUnits } from '@userspan/ledger';

import type { Biller } from '../metering/exporter.ts';
import type { Answer, ReceivedRequest } from './receiver.ts';

/** A usage event, independent of the field names of the biller. */
interface BilledEvent {
  readonly id: string;
  readonly customer: string;
  readonly value: string;
  /** The original text of the event. */
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;
/** Time after which a biller accepts the same identifier again. */
const FORGETS_MS: Readonly<Partial<Record<Biller, number>>> = { 'stripe-stream': DAY_MS, stripe: DAY_MS };

/** Simulates a biller, which accepts each identifier once and answers like the vendor. */
export class TestBiller {
  /** The charged amounts by customer, in units of `toUnits`. */
  readonly charged: Map<string, bigint> = new Map();
  /** Customers unknown to the biller. */
  readonly unknown: Set<string> = new Set();
  readonly #type: Biller;
  readonly #clock: () => number;
  readonly #known = new Map<string, { readonly text: string; readonly atMs: number }>();

  constructor(type: Biller, clock: () => number) {
    this.#type = type;
    this.#clock = clock;
  }

  /** Accepts the events of a request and returns the answer. */
  take({ path, body }: ReceivedRequest): Answer {
    if (path.endsWith('/meter_event_session')) {
      return { status: 200, body: '{"authentication_token":"token of a session"}' };
    }
    const events = eventsOf(this.#type, JSON.parse(body));
    const isKnown = ({ id }: BilledEvent): boolean => {
      const known = this.#known.get(id);
      return known !== undefined && this.#clock() - known.atMs < (FORGETS_MS[this.#type] ?? Infinity);
    };
    for (const event of events) {
      const known = this.#known.get(event.id);
      if (known !== undefined && known.text !== event.text && this.#type === 'orb') {
        return { status: 400, body: '{"title":"the same key with another body"}' };
      }
    }
    const unknown = events.filter(({ customer }) => this.unknown.has(customer));
    const refusalOf = ({ customer }: BilledEvent): string => `no such customer: ${customer}`;
    const fresh = events.filter((event) => !isKnown(event) && !unknown.includes(event));
    if (this.#type === 'orb') {
      this.#charge(fresh);
      const failed = unknown.map((event) => ({
        idempotency_key: event.id,
        validation_errors: [refusalOf(event)],
      }));
      return { status: 200, body: JSON.stringify({ validation_failed: failed }) };
    }
    // The other billers accept either all or none of the events of a request.
    if (unknown.length > 0)
      return {
        status: this.#type === 'lago' ? 422 : 400,
        body: JSON.stringify({ error: unknown.map(refusalOf) }),
      };
    const duplicates = events.length - fresh.length;
    if (duplicates > 0 && this.#type === 'lago') {
      return { status: 422, body: '{"error_details":{"0":{"transaction_id":["value_already_exist"]}}}' };
    }
    if (duplicates > 0 && this.#type === 'stripe') {
      return { status: 400, body: '{"error":{"code":"duplicate_meter_event"}}' };
    }
    if (duplicates > 0 && this.#type === 'webhook') return { status: 409, body: '' };
    this.#charge(fresh);
    return { status: 200, body: '{}' };
  }

  #charge(events: readonly BilledEvent[]): void {
    for (const { id, customer, value, text } of events) {
      this.#known.set(id, { text, atMs: this.#clock() });
      this.charged.set(customer, (this.charged.get(customer) ?? 0n) + toUnits(value));
    }
  }
}

function eventsOf(type: Biller, body: unknown): BilledEvent[] {
  const list = (value: unknown): Json[] => value as Json[];
  const field = (from: unknown, name: string): string => String((from as Json)[name]);
  const json = body as Json;
  switch (type) {
    case 'stripe':
    case 'stripe-stream':
      return (type === 'stripe' ? [json] : list(json['events'])).map((event) => ({
        id: field(event, 'identifier'),
        customer: field(event['payload'], 'stripe_customer_id'),
        value: field(event['payload'], 'value'),
        text: JSON.stringify(event),
      }));
    case 'openmeter':
      return list(body).map((event) => ({
        id: field(event, 'id'),
        customer: field(event, 'subject'),
        value: field(event['data'], 'value'),
        text: JSON.stringify(event),
      }));
    case 'webhook':
      return list((json['data'] as Json)['events']).map((event) => ({
        id: field(event, 'identifier'),
        customer: field(event, 'customer'),
        value: field(event, 'value'),
        text: JSON.stringify(event),
      }));
    default: {
      const names = {
        lago: ['transaction_id', 'external_subscription_id'],
        orb: ['idempotency_key', 'external_customer_id'],
        metronome: ['transaction_id', 'customer_id'],
      } as const;
      const [id, customer] = names[type];
      return (type === 'metronome' ? list(body) : list(json['events'])).map((event) => ({
        id: field(event, id),
        customer: field(event, customer),
        value: field(event['properties'], 'value'),
        text: JSON.stringify(event),
      }));
    }
  }
}
