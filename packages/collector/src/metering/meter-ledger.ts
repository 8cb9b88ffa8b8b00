import { readFirstKeptDay } from '../maintenance/kept-days.ts';
import { fromUnits, toUnits } from '@userspan/ledger';

import type { Storage } from '../storage/storage.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import { billedUnits, dateOf, dayOf } from './exporter.ts';
import type { Exporter } from './exporter.ts';

/** An exporter with the project whose usage it sends. */
export interface MeterSubject {
  readonly project: string;
  readonly exporter: Exporter;
}

/** Customer and model, separated by `\0`. The customer is empty for usage without one. */
export type LineKey = string;

/** Sums of the events of a customer, day and model, in units of `toUnits`. */
export interface EventSums {
  /** Quantity before mark-up of all events in any state. */
  readonly quantity: bigint;
  readonly sent: bigint;
  readonly pending: bigint;
  readonly uncertain: bigint;
  /** Number of events so far. */
  readonly sequence: number;
}

export const NO_EVENTS: EventSums = { quantity: 0n, sent: 0n, pending: 0n, uncertain: 0n, sequence: 0 };

/** One line of a reconciliation. Decimals are exact. */
export interface ReconciledLine {
  readonly customer: string | null;
  readonly day: string;
  readonly model: string;
  readonly used: string;
  readonly owed: string;
  readonly sent: string;
  readonly pending: string;
  readonly uncertain: string;
  readonly difference: string;
}

export interface Reconciliation {
  readonly lines: readonly ReconciledLine[];
  readonly owed: string;
  /** Amount that the biller accepted. */
  readonly sent: string;
  /** Amount of pending events. */
  readonly pending: string;
  /** Amount of events that the biller may or may not have. */
  readonly uncertain: string;
  /** `owed` minus `sent`. */
  readonly difference: string;
  readonly states: Readonly<Record<string, number>>;
}

/** Users and their customers, with a string that changes whenever one of them changes. */
export async function readCustomers(
  store: Pick<Storage, 'alerting' | 'metering'>,
  { project, exporter }: MeterSubject,
): Promise<{ readonly directory: UserDirectory; readonly revision: string }> {
  const directory = store.alerting.openDirectory(project);
  await directory.refreshAliases();
  if (exporter.customer !== 'user') await directory.refreshUsers([]);
  return { directory, revision: directory.revisionOf(exporter.customer) };
}

/** Days for which usage may be owed: since the first day of the exporter, except days that retention deleted. */
export async function readMeterDays(
  store: Pick<Storage, 'alerting' | 'metering'>,
  { project, exporter }: MeterSubject,
): Promise<{ readonly days: readonly number[]; readonly fingerprints: ReadonlyMap<number, string> }> {
  const since = dayOf(exporter.since);
  const days = await store.metering.readDayFingerprints(project, since);
  const sentDays = await store.metering.readSentDays(project, exporter.id);
  const firstKept = (await readFirstKeptDay(store)) ?? (await guessFirstKeptDay(store));
  return {
    fingerprints: days,
    days: [...new Set([...days.keys(), ...sentDays])]
      .filter((day) => day >= since && day >= firstKept)
      .sort((a, b) => a - b),
  };
}

/**
 * Estimates the first kept day of a store from a version that did not record it: a day with events and without usage
 * was deleted by retention.
 */
export async function guessFirstKeptDay(store: Pick<Storage, 'metering'>): Promise<number> {
  const { usage, firstSent, lastSent } = await store.metering.readDayBounds();
  if (firstSent === undefined || lastSent === undefined) return 0;
  if (usage === undefined) return lastSent + 1;
  return firstSent < usage ? usage : 0;
}

/** The usage of a day, and its events. */
export async function readBothSides(
  store: Pick<Storage, 'alerting' | 'metering'>,
  { project, exporter }: MeterSubject,
  day: number,
  directory: UserDirectory,
): Promise<{
  readonly used: ReadonlyMap<LineKey, bigint>;
  readonly events: ReadonlyMap<LineKey, EventSums>;
}> {
  const used = new Map<LineKey, bigint>();
  for (const { user_id: userId, model, quantity } of await store.metering.readOwed(
    project,
    day,
    exporter.measure,
  )) {
    const units = toUnits(quantity);
    if (units === 0n) continue;
    const key = `${directory.customerOf(userId, exporter.customer) ?? ''}\0${model}`;
    used.set(key, (used.get(key) ?? 0n) + units);
  }
  const events = new Map(
    (await store.metering.readSent(project, exporter.id, day)).map(
      ({ customer, model, quantity, sent, pending, uncertain, sequence }): [LineKey, EventSums] => [
        `${customer}\0${model}`,
        {
          quantity: toUnits(quantity),
          sent: toUnits(sent),
          pending: toUnits(pending),
          uncertain: toUnits(uncertain),
          sequence,
        },
      ],
    ),
  );
  return { used, events };
}

/** Usage, owed and sent amounts for every customer, day and model with a non-zero value. */
export async function reconcileMeter(
  store: Pick<Storage, 'alerting' | 'metering'>,
  subject: MeterSubject,
): Promise<Reconciliation> {
  const { project, exporter } = subject;
  const { directory } = await readCustomers(store, subject);
  const lines: ReconciledLine[] = [];
  const sums = { owed: 0n, sent: 0n, pending: 0n, uncertain: 0n };
  for (const day of (await readMeterDays(store, subject)).days) {
    const { used, events } = await readBothSides(store, subject, day, directory);
    for (const key of new Set([...used.keys(), ...events.keys()])) {
      const [customer = '', model = ''] = key.split('\0');
      const quantity = used.get(key) ?? 0n;
      const { sent, pending, uncertain } = events.get(key) ?? NO_EVENTS;
      const isAssigned = customer !== '';
      const owed = isAssigned ? billedUnits(exporter, quantity) : 0n;
      sums.owed += owed;
      sums.sent += sent;
      sums.pending += pending;
      sums.uncertain += uncertain;
      lines.push({
        customer: isAssigned ? customer : null,
        day: dateOf(day),
        model,
        used: fromUnits(quantity),
        owed: fromUnits(owed),
        sent: fromUnits(sent),
        pending: fromUnits(pending),
        uncertain: fromUnits(uncertain),
        difference: fromUnits(owed - sent),
      });
    }
  }
  return {
    lines,
    owed: fromUnits(sums.owed),
    sent: fromUnits(sums.sent),
    pending: fromUnits(sums.pending),
    uncertain: fromUnits(sums.uncertain),
    difference: fromUnits(sums.owed - sums.sent),
    states: await store.metering.countEvents(project, exporter.id),
  };
}
