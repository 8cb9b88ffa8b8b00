import { fromUnits, toUnits } from '@userspan/ledger';

import type { ConfigBook } from '../../alerts/config-book.ts';
import { stringOf, objectOf, oneOf, refuseOthers } from '../../alerts/rule.ts';
import type { Storage } from '../../storage/storage.ts';
import type { UserDirectory } from '../../storage/read/alerting/user-directory.ts';
import type { VersionedWriter } from '../../storage/write/alerting/versioned-writer.ts';
import type { RevenueAmount } from './parse-revenue.ts';

/** A property of users with the monthly revenue in US dollars from the user or its group. */
export interface RevenueProperty {
  readonly name: string;
  readonly by: 'user' | 'group';
}

/** The id of the one record of its kind. */
export const ONLY = 'only';
const AMOUNT = /^\d{1,18}(\.\d{1,18})?$/;

/** @throws TypeError that names what is wrong. */
export function parseRevenueProperty(input: unknown): RevenueProperty {
  const given = objectOf(input, 'the property');
  refuseOthers(given, ['name', 'by'], 'the property');
  return {
    name: stringOf(given['name'], 'name'),
    by: oneOf(given['by'] ?? 'user', ['user', 'group'] as const, 'by'),
  };
}

export async function readRevenueProperty(
  configs: ConfigBook,
  project: string,
): Promise<RevenueProperty | undefined> {
  return (await configs.list<RevenueProperty>(project, 'revenue-property')).get(ONLY);
}

export function writeRevenue(
  writer: VersionedWriter,
  project: string,
  amounts: readonly RevenueAmount[],
  removed: readonly RevenueAmount[] = [],
): Promise<void> {
  const row = ({ kind, customer, month, source, usd }: RevenueAmount): (string | number)[] => [
    project,
    kind,
    customer,
    month,
    source,
    usd,
  ];
  return writer.write('revenue', [
    ...amounts.map((amount) => ({ cells: row(amount) })),
    ...removed.map((amount) => ({ cells: row(amount), isDeleted: true })),
  ]);
}

/**
 * What customers paid in a month (UTC), by canonical id or group.
 *
 * Uploaded or imported amounts take precedence. For a customer without one, the property applies from the month in
 * which the user was first seen. A group without its own amount gets the sum of its users' amounts.
 */
export async function paidIn(
  store: Pick<Storage, 'metering'>,
  directory: UserDirectory,
  query: {
    readonly project: string;
    readonly by: 'user' | 'group';
    /** 202611. */
    readonly month: number;
    readonly property: RevenueProperty | undefined;
  },
): Promise<Map<string, bigint>> {
  const { project, by, month, property } = query;
  const users = new Map<string, bigint>();
  for (const { customer, amount } of await store.metering.readRevenue(project, 'user', month)) {
    const id = directory.canonicalOf(customer);
    users.set(id, (users.get(id) ?? 0n) + toUnits(amount));
  }
  if (property?.by === 'user') addProperty(users, directory, property.name, month, (id) => id);
  if (by === 'user') return users;
  const groups = new Map<string, bigint>();
  for (const { customer, amount } of await store.metering.readRevenue(project, 'group', month)) {
    groups.set(customer, (groups.get(customer) ?? 0n) + toUnits(amount));
  }
  if (property?.by === 'group')
    addProperty(groups, directory, property.name, month, (id) => directory.groupOf(id));
  const ofUsers = new Map<string, bigint>();
  for (const [id, amount] of users) {
    const group = directory.groupOf(id);
    if (group !== null && !groups.has(group)) ofUsers.set(group, (ofUsers.get(group) ?? 0n) + amount);
  }
  return new Map([...groups, ...ofUsers]);
}

/** Adds the amounts of the property for customers without another amount. */
function addProperty(
  paid: Map<string, bigint>,
  directory: UserDirectory,
  name: string,
  month: number,
  customerOf: (id: string) => string | null,
): void {
  const values = new Map<string, { readonly usd: bigint; readonly seenMs: number }>();
  for (const id of directory.ids()) {
    const user = directory.userOf(id);
    const text = String(user?.props[name] ?? '');
    const customer = directory.canonicalOf(id) === id ? customerOf(id) : null;
    if (user === undefined || customer === null || paid.has(customer) || !AMOUNT.test(text)) continue;
    if (monthOf(user.firstSeenMs) > month) continue;
    // If members of a group have different amounts, that of the latest seen member is used.
    const known = values.get(customer);
    if (known === undefined || user.lastSeenMs > known.seenMs) {
      values.set(customer, { usd: toUnits(text), seenMs: user.lastSeenMs });
    }
  }
  for (const [customer, { usd }] of values) paid.set(customer, usd);
}

/** `202611` of a time. */
export function monthOf(ms: number): number {
  return Number(new Date(ms).toISOString().slice(0, 7).replace('-', ''));
}

/** Earlier imported amounts of a source that no longer exist, because they are not in `kept`. */
export async function removedAmounts(
  store: Pick<Storage, 'metering'>,
  project: string,
  {
    source,
    month,
    kept,
  }: { readonly source: string; readonly month: number; readonly kept: readonly RevenueAmount[] },
): Promise<readonly RevenueAmount[]> {
  const keys = new Set(kept.map(({ kind, customer }) => `${kind}\0${customer}`));
  const known: RevenueAmount[] = [];
  for (const kind of ['user', 'group'] as const) {
    for (const { customer, amount } of await store.metering.readRevenue(project, kind, month, source)) {
      if (!keys.has(`${kind}\0${customer}`))
        known.push({ kind, customer, month, source, usd: fromUnits(toUnits(amount)) });
    }
  }
  return known;
}
