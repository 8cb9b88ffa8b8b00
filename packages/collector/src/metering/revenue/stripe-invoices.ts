import { fromUnits, toUnits } from '@userspan/ledger';

import { keyFor, objectOf, oneOf, refuseOthers, shownUrlOf, stringOf, wrong } from '../../alerts/rule.ts';
import { hideSecrets } from '../../alerts/delivery/hide-secrets.ts';
import { post, retryAfterMs } from '../../alerts/delivery/post.ts';
import type { UserDirectory } from '../../storage/read/alerting/user-directory.ts';
import { STRIPE_VERSION } from '../biller-requests.ts';
import type { RevenueAmount } from './parse-revenue.ts';

/** Configuration of the import of revenue from Stripe. */
export interface StripeRevenue {
  readonly by: 'user' | 'group';
  /** `prop:NAME`: a property of users that has the id of Stripe's customer; `metadata:KEY`: of the invoice or its subscription. */
  readonly customer: string;
  readonly url: string;
  /** When invoices were last imported, in milliseconds since the Unix epoch. */
  readonly importedMs?: number;
}

/** The fields of an invoice that are used. Amounts are in cents. */
interface Invoice {
  readonly id: string;
  readonly customer: string | { readonly id: string } | null;
  readonly currency: string;
  readonly total: number;
  readonly total_excluding_tax: number | null;
  readonly pre_payment_credit_notes_amount: number;
  readonly post_payment_credit_notes_amount: number;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly parent?: {
    readonly subscription_details?: { readonly metadata?: Readonly<Record<string, string>> | null } | null;
  } | null;
}

export interface SkippedInvoice {
  readonly what: string;
  readonly reason: string;
}

const PAGE = 100;
const MAX_PAGES = 1000;
const MAX_PAGE_BYTES = 32 * 1024 * 1024;
const MAX_ATTEMPTS = 4;
const MAX_WAIT_MS = 30_000;

/** @throws TypeError that names what is wrong, never with the key in it. */
export function parseStripeRevenue(
  input: unknown,
  before: { readonly settings?: StripeRevenue; readonly apiKey?: string },
): { readonly settings: StripeRevenue; readonly apiKey: string } {
  const given = objectOf(input, 'the source');
  refuseOthers(given, ['by', 'customer', 'url', 'apiKey'], 'the source');
  const customer = stringOf(
    given['customer'] ?? before.settings?.customer ?? 'prop:stripeCustomerId',
    'customer',
  );
  if (!/^(prop|metadata):.+$/.test(customer)) {
    throw wrong('customer', 'prop:NAME or metadata:KEY, such as prop:stripeCustomerId', customer);
  }
  const url = shownUrlOf(
    stringOf(given['url'] ?? before.settings?.url ?? 'https://api.stripe.com', 'url'),
    'url',
    'the base URL of the API such as https://api.stripe.com',
  );
  const apiKey = keyFor(given['apiKey'], 'apiKey', url, { key: before.apiKey, url: before.settings?.url });
  if (typeof apiKey !== 'string' || apiKey === '' || /[^\x21-\x7e]/.test(apiKey)) {
    throw new TypeError('apiKey must be an API key of Stripe that may read invoices');
  }
  return {
    apiKey,
    settings: {
      by: oneOf(given['by'] ?? before.settings?.by ?? 'user', ['user', 'group'] as const, 'by'),
      customer,
      url: url.replace(/\/+$/, ''),
    },
  };
}

/**
 * Reads the paid invoices that were created in a month (UTC) and assigns the amount of each, without tax and minus
 * credit notes, to a user or group. An invoice that cannot be assigned to one customer, or is not in US dollars, is
 * skipped with a reason.
 *
 * @throws Error with Stripe's answer.
 */
export async function readStripeInvoices(
  source: { readonly settings: StripeRevenue; readonly apiKey: string },
  directory: UserDirectory,
  query: {
    readonly month: number;
    readonly allowsPrivate: boolean;
    readonly wait?: (ms: number) => Promise<void>;
  },
): Promise<{ readonly amounts: readonly RevenueAmount[]; readonly skipped: readonly SkippedInvoice[] }> {
  const { settings } = source;
  const { month } = query;
  const owners = settings.customer.startsWith('prop:')
    ? ownersByProperty(directory, settings.customer.slice('prop:'.length), settings.by)
    : undefined;
  const sums = new Map<string, bigint>();
  const skipped: SkippedInvoice[] = [];
  for await (const invoice of invoicesOf(source, query)) {
    const owner = ownerOf(invoice, settings, directory, owners);
    const reason =
      invoice.currency !== 'usd'
        ? `its currency is ${invoice.currency}`
        : 'reason' in owner
          ? owner.reason
          : undefined;
    if (reason !== undefined) {
      skipped.push({ what: invoice.id, reason });
      continue;
    }
    if (!('customer' in owner)) continue;
    sums.set(owner.customer, (sums.get(owner.customer) ?? 0n) + revenueOf(invoice));
  }
  const amounts = [...sums].map(([customer, units]): RevenueAmount => ({
    kind: settings.by,
    customer,
    month,
    source: 'stripe',
    usd: fromUnits(units),
  }));
  return { amounts, skipped };
}

/**
 * The revenue of an invoice. Credit notes include tax, so each reduces the amount without tax by the same share as the
 * total.
 */
function revenueOf(invoice: Invoice): bigint {
  const { total, total_excluding_tax: withoutTax } = invoice;
  const dollars = toUnits(String(withoutTax ?? total)) / 100n;
  const credited = invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount;
  return credited === 0 || total === 0 ? dollars : (dollars * BigInt(total - credited)) / BigInt(total);
}

async function* invoicesOf(
  { settings, apiKey }: { readonly settings: StripeRevenue; readonly apiKey: string },
  query: Parameters<typeof readStripeInvoices>[2],
): AsyncGenerator<Invoice> {
  const { month, allowsPrivate } = query;
  const wait = query.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  const from = Date.UTC(Math.floor(month / 100), (month % 100) - 1, 1) / 1000;
  const to = Date.UTC(Math.floor(month / 100), month % 100, 1) / 1000;
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const parameters = new URLSearchParams({
      status: 'paid',
      limit: String(PAGE),
      'created[gte]': String(from),
      'created[lt]': String(to),
      ...(after === undefined ? {} : { starting_after: after }),
    });
    const list = await pageOf(
      `${settings.url}/v1/invoices?${parameters.toString()}`,
      apiKey,
      allowsPrivate,
      wait,
    );
    yield* list.data;
    after = list.data.at(-1)?.id;
    if (!list.has_more || after === undefined) return;
  }
  throw new Error(`Stripe has more than ${MAX_PAGES * PAGE} invoices of this month`);
}

async function pageOf(
  url: string,
  apiKey: string,
  allowsPrivate: boolean,
  wait: (ms: number) => Promise<void>,
): Promise<{ readonly data: readonly Invoice[]; readonly has_more: boolean }> {
  const headers = { authorization: `Bearer ${apiKey}`, 'stripe-version': STRIPE_VERSION };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await post(
      { url, method: 'GET', headers, body: '' },
      { allowsPrivate, maxAnswerBytes: MAX_PAGE_BYTES },
    );
    if (answer.status === 200) return JSON.parse(answer.body) as { data: Invoice[]; has_more: boolean };
    const isTemporary = answer.status === 429 || answer.status >= 500;
    if (!isTemporary || attempt === MAX_ATTEMPTS) {
      throw new Error(
        `Stripe answered ${answer.status}: ${hideSecrets(answer.body, [apiKey]).slice(0, 300)}`,
      );
    }
    await wait(Math.min(retryAfterMs(answer.headers, Date.now()) ?? 500 * 2 ** attempt, MAX_WAIT_MS));
  }
}

/** Users or groups by the id of Stripe's customer; `null` if several have the same id. */
function ownersByProperty(
  directory: UserDirectory,
  name: string,
  by: 'user' | 'group',
): ReadonlyMap<string, string | null> {
  const owners = new Map<string, string | null>();
  for (const id of directory.ids()) {
    const value = directory.userOf(id)?.props[name];
    const owner = by === 'user' ? directory.canonicalOf(id) : directory.groupOf(id);
    if (value === undefined || owner === null) continue;
    const key = String(value);
    owners.set(key, owners.has(key) && owners.get(key) !== owner ? null : owner);
  }
  return owners;
}

function ownerOf(
  invoice: Invoice,
  { customer, by }: StripeRevenue,
  directory: UserDirectory,
  owners: ReadonlyMap<string, string | null> | undefined,
): { readonly customer: string } | { readonly reason: string } {
  if (owners === undefined) {
    const key = customer.slice('metadata:'.length);
    const id = invoice.metadata?.[key] ?? invoice.parent?.subscription_details?.metadata?.[key];
    if (id === undefined || id === '') return { reason: `it has no metadata ${key}` };
    return { customer: by === 'user' ? directory.canonicalOf(id) : id };
  }
  const id = typeof invoice.customer === 'string' ? invoice.customer : (invoice.customer?.id ?? '');
  const owner = owners.get(id);
  if (owner === undefined) return { reason: `no ${by} has ${customer.slice('prop:'.length)} ${id}` };
  if (owner === null) return { reason: `several ${by}s have ${customer.slice('prop:'.length)} ${id}` };
  return { customer: owner };
}
