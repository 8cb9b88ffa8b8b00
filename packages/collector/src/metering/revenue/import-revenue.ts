import type { Alerting } from '../../alerts/alerting.ts';
import type { Storage } from '../../storage/storage.ts';
import { monthOf, ONLY, removedAmounts, writeRevenue } from './revenue-book.ts';
import { readStripeInvoices } from './stripe-invoices.ts';
import type { SkippedInvoice, StripeRevenue } from './stripe-invoices.ts';

/** A source of revenue with its key. */
export interface StripeSource {
  readonly settings: StripeRevenue;
  readonly apiKey: string;
}

export async function readStripeSource(
  alerting: Alerting,
  project: string,
): Promise<StripeSource | undefined> {
  const settings = (await alerting.configs.list<StripeRevenue>(project, 'revenue-stripe')).get(ONLY);
  const secret = (await alerting.configs.list<{ apiKey: string }>(project, 'revenue-stripe-secret')).get(
    ONLY,
  );
  return settings === undefined || secret === undefined ? undefined : { settings, apiKey: secret.apiKey };
}

/**
 * Replaces the revenue of a month from Stripe by its current invoices. Amounts that no longer exist there are removed.
 */
export async function importStripeRevenue(
  store: Pick<Storage, 'alerting' | 'metering'>,
  alerting: Alerting,
  source: StripeSource,
  { project, month, nowMs }: { readonly project: string; readonly month: number; readonly nowMs: number },
): Promise<{ readonly written: number; readonly skipped: readonly SkippedInvoice[] }> {
  const directory = store.alerting.openDirectory(project);
  await directory.refreshAliases();
  await directory.refreshUsers([]);
  const allowsPrivate = alerting.options.allowsPrivate ?? false;
  const { amounts, skipped } = await readStripeInvoices(source, directory, { month, allowsPrivate });
  const removed = await removedAmounts(store, project, { source: 'stripe', month, kept: amounts });
  await writeRevenue(alerting.writer, project, amounts, removed);
  await alerting.configs.write([
    { project, kind: 'revenue-stripe', id: ONLY, value: { ...source.settings, importedMs: nowMs } },
  ]);
  return { written: amounts.length, skipped };
}

const EVERY_MS = 6 * 3_600_000;

/** Imports the current and the previous month of every project whose last import is at least six hours old. */
export async function importDueRevenue(
  store: Pick<Storage, 'alerting' | 'metering'>,
  alerting: Alerting,
  nowMs: number,
): Promise<void> {
  const records = await store.alerting.readConfigs({ kinds: ['revenue-stripe'] });
  for (const { project, value } of records) {
    const { importedMs = 0 } = JSON.parse(value) as StripeRevenue;
    if (nowMs - importedMs < EVERY_MS) continue;
    const now = new Date(nowMs);
    const before = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1);
    for (const month of [monthOf(before), monthOf(nowMs)]) {
      const source = await readStripeSource(alerting, project);
      if (source !== undefined) await importStripeRevenue(store, alerting, source, { project, month, nowMs });
    }
  }
}
