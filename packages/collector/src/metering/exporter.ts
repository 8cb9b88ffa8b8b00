import { toUnits } from '@userspan/ledger';

import {
  booleanOf,
  countOf,
  decimalOf,
  keyFor,
  objectOf,
  oneOf,
  refuseOthers,
  shownUrlOf,
  stringOf,
  wrong,
} from '../alerts/rule.ts';
import { isDay } from '../runtime/read-time.ts';
import type { MeterMeasure } from '../storage/read/metering/owed.ts';

export const BILLERS = [
  'stripe-stream',
  'stripe',
  'openmeter',
  'lago',
  'orb',
  'metronome',
  'webhook',
] as const;
export type Biller = (typeof BILLERS)[number];

/**
 * Sends customers' usage to a biller: for each customer, day (UTC) and model, the difference from what was already
 * sent.
 */
export interface Exporter {
  readonly id: string;
  readonly type: Biller;
  readonly enabled: boolean;
  readonly measure: MeterMeasure;
  /** `user`, `group`, or `prop:NAME` for a property of the user such as `prop:stripeCustomerId`. */
  readonly customer: string;
  /** Factor for the usage; exact decimal. */
  readonly markUp: string;
  /** Unit of the event's value. Tokens and calls always have the unit 1. */
  readonly unit: 'usd' | 'cent' | 'microusd';
  /** Number of decimals that the biller accepts. Smaller amounts stay owed until they are large enough. */
  readonly decimals: number;
  /** Name of the meter or event type. */
  readonly eventName: string;
  /** First day that is sent, `2026-11-01`. */
  readonly since: string;
  /** Seconds between two runs in the background; 0 for runs by command only. */
  readonly everySeconds: number;
  /** Base URL of the biller, if it differs from the default. */
  readonly url: string;
}

export interface ExporterSecrets {
  /** API key of the biller, or the signing secret of a webhook. */
  readonly apiKey: string;
}

const URLS: Readonly<Record<Biller, string>> = {
  'stripe-stream': 'https://meter-events.stripe.com',
  stripe: 'https://api.stripe.com',
  openmeter: 'https://openmeter.cloud',
  lago: 'https://api.getlago.com',
  orb: 'https://api.withorb.com',
  metronome: 'https://api.metronome.com',
  webhook: '',
};
const KNOWN = [
  'id',
  'type',
  'enabled',
  'measure',
  'customer',
  'markUp',
  'unit',
  'decimals',
  'eventName',
  'since',
  'everySeconds',
  'url',
  'apiKey',
];
const MAX_DECIMALS = 12;
const NO_KEY = { key: undefined, url: undefined };
const DAY_MS = 86_400_000;

/**
 * Reads an exporter. Without a key, the stored one is kept if the host is the same.
 *
 * @throws TypeError that names the property, never with the key in it.
 */
export function parseExporter(
  input: unknown,
  id: string,
  today: string,
  old: { readonly key: string | undefined; readonly url: string | undefined } = NO_KEY,
): { readonly exporter: Exporter; readonly secrets: ExporterSecrets } {
  const given = objectOf(input, 'the exporter');
  refuseOthers(given, KNOWN, 'the exporter');
  if (!/^[\w.-]{1,100}$/.test(id)) throw wrong('id', 'up to 100 letters, digits, _, . or -', id);
  const type = oneOf(given['type'], BILLERS, 'type');
  const customer = stringOf(given['customer'] ?? 'user', 'customer');
  if (!/^(user|group|prop:.+)$/.test(customer)) {
    throw wrong('customer', 'user, group, or prop:NAME such as prop:stripeCustomerId', customer);
  }
  const since = stringOf(given['since'] ?? today, 'since');
  if (!isDay(since)) {
    throw wrong('since', 'a day such as 2026-11-01', since);
  }
  const url = shownUrlOf(
    given['url'] ?? URLS[type],
    'url',
    'the base URL of the biller such as https://billing.example.com',
  );
  const apiKey = keyFor(given['apiKey'], 'apiKey', url, old);
  if (typeof apiKey !== 'string' || apiKey === '' || /[^\x21-\x7e]/.test(apiKey)) {
    throw new TypeError('apiKey must be the API key of the biller, or the signing secret of a webhook');
  }
  const decimals = countOf(given['decimals'] ?? MAX_DECIMALS, 'decimals', 0);
  if (decimals > 18) throw wrong('decimals', 'at most 18', decimals);
  const markUp = decimalOf(given['markUp'] ?? '1', 'markUp');
  if (toUnits(markUp) <= 0n) throw wrong('markUp', 'a factor above 0 such as 1.2', markUp);
  return {
    secrets: { apiKey },
    exporter: {
      id,
      type,
      enabled: booleanOf(given['enabled'] ?? true, 'enabled'),
      measure: oneOf(given['measure'] ?? 'cost', ['cost', 'tokens', 'calls'] as const, 'measure'),
      customer,
      markUp,
      unit: oneOf(given['unit'] ?? 'usd', ['usd', 'cent', 'microusd'] as const, 'unit'),
      decimals,
      eventName: stringOf(given['eventName'] ?? 'llm_usage', 'eventName'),
      since,
      everySeconds: countOf(given['everySeconds'] ?? 3600, 'everySeconds', 0),
      url: url.replace(/\/+$/, ''),
    },
  };
}

const FACTORS = { usd: 1n, cent: 100n, microusd: 1_000_000n } as const;
const SCALE = 10n ** 18n;

/**
 * The billed amount of a quantity, truncated to the decimals that the biller accepts. Truncated toward zero, so that
 * usage that is later taken back results in zero.
 */
export function billedUnits(
  { markUp, unit, decimals, measure }: Pick<Exporter, 'markUp' | 'unit' | 'decimals' | 'measure'>,
  quantityUnits: bigint,
): bigint {
  const factor = measure === 'cost' ? FACTORS[unit] : 1n;
  const step = 10n ** BigInt(18 - decimals);
  return ((quantityUnits * toUnits(markUp) * factor) / SCALE / step) * step;
}

/** Days since the epoch of a date. */
export function dayOf(date: string): number {
  return Math.floor(Date.parse(date) / DAY_MS);
}

export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
