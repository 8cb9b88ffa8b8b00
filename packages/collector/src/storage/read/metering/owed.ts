import { Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';

/** Usage of a user on one day, by model. Decimals and counts are strings. */
export interface OwedRow {
  readonly user_id: string;
  readonly model: string;
  readonly quantity: string;
}

/** Sums of the events of a customer, day and model: the total quantity, and amounts by state. */
export interface SentRow {
  readonly customer: string;
  readonly model: string;
  readonly quantity: string;
  readonly sent: string;
  readonly pending: string;
  readonly uncertain: string;
  readonly sequence: number;
}

/** A stored event. */
export interface MeterEventRow {
  readonly customer: string;
  readonly day: number;
  readonly model: string;
  readonly sequence: number;
  readonly quantity: string;
  readonly amount: string;
  readonly identifier: string;
  readonly state: string;
  readonly created_ms: string;
  readonly value: string;
}

export type MeterMeasure = 'cost' | 'tokens' | 'calls';

/** Quantities of a day that can be read: billed measures, and the number of unpriced calls. */
export type OwedQuantity = MeterMeasure | 'unpriced';

const QUANTITIES: Readonly<Record<OwedQuantity, string>> = {
  cost: 'sum(cost)',
  tokens: 'toDecimal128(sum(input_tokens) + sum(output_tokens), 18)',
  calls: 'toDecimal128(sum(calls), 18)',
  unpriced: 'toDecimal128(sum(calls) - sum(priced), 18)',
};

/** Quantities of one day (days since the epoch, UTC); calls without a user have the empty id. */
export function readOwed(
  store: Store,
  project: string,
  day: number,
  measure: OwedQuantity,
): Promise<OwedRow[]> {
  return store.query<OwedRow>(
    `SELECT user_id, model, toString(${QUANTITIES[measure]}) AS quantity FROM usage_day
     WHERE project = {project:String} AND day = {day:UInt16} AND ${new Sql(store).isCounted} GROUP BY user_id, model`,
    { project, day },
    { isBackground: true },
  );
}

export interface UserCost {
  readonly user_id: string;
  readonly cost: string;
  /** Unpriced calls, which are not in the cost. */
  readonly unpriced: string;
}

/** Cost of users from one day to another (inclusive); calls without a user have the empty id. */
export function readCosts(
  store: Store,
  project: string,
  { firstDay, lastDay }: { readonly firstDay: number; readonly lastDay: number },
): Promise<UserCost[]> {
  return store.query(
    `SELECT user_id, toString(sum(usage_day.cost)) AS cost, toString(sum(calls - priced)) AS unpriced FROM usage_day
     WHERE project = {project:String} AND day BETWEEN {firstDay:UInt16} AND {lastDay:UInt16} AND ${new Sql(store).isCounted}
     GROUP BY user_id`,
    { project, firstDay, lastDay },
    { isBackground: true },
  );
}

/**
 * A fingerprint of each day that changes whenever one of its figures changes: a weighted sum with different factors, so
 * that changes of two figures do not cancel out.
 */
export async function readDayFingerprints(
  store: Store,
  project: string,
  fromDay: number,
): Promise<ReadonlyMap<number, string>> {
  const rows = await store.query<{ at: number; print: string }>(
    `SELECT toUInt32(day) AS at, toString(sum(cityHash64(user_id, model) * (toUInt64(calls) * 11400714819323198485
       + toUInt64(input_tokens) * 14029467366897019727 + toUInt64(output_tokens) * 1609587929392839161
       + reinterpretAsUInt64(reinterpretAsInt128(cost)) * 9650029242287828579))) AS print
     FROM usage_day WHERE project = {project:String} AND day >= {fromDay:UInt16} AND ${new Sql(store).isCounted} GROUP BY day`,
    { project, fromDay },
    { isBackground: true },
  );
  return new Map(rows.map(({ at, print }) => [at, print]));
}

/** Days since the epoch; absent if there is none. */
export interface DayBounds {
  readonly usage?: number;
  readonly firstSent?: number;
  readonly lastSent?: number;
}

/** The first day with usage, and the first and last day with sent events; over all projects. */
export async function readDayBounds(store: Store): Promise<DayBounds> {
  const [usage] = await store.query<{ first: number; n: string }>(
    'SELECT toUInt32(min(day)) AS first, toString(count()) AS n FROM usage_day',
  );
  const [sent] = await store.query<{ first: number; last: number; n: string }>(
    'SELECT toUInt32(min(day)) AS first, toUInt32(max(day)) AS last, toString(count()) AS n FROM meter_events',
  );
  return {
    ...(usage === undefined || usage.n === '0' ? {} : { usage: usage.first }),
    ...(sent === undefined || sent.n === '0' ? {} : { firstSent: sent.first, lastSent: sent.last }),
  };
}

/** Sums of the events about one day, by customer and model. */
export function readSent(store: Store, project: string, exporterId: string, day: number): Promise<SentRow[]> {
  const amountOf = (state: string): string => `toString(sumIf(a, s = '${state}')) AS ${state}`;
  return store.query<SentRow>(
    `SELECT customer, model, toString(sum(q)) AS quantity, ${['sent', 'pending', 'uncertain'].map(amountOf).join(', ')},
       toUInt32(max(n)) AS sequence FROM (
       SELECT customer, model, quantity AS q, amount AS a, sequence AS n, state AS s FROM meter_events FINAL
       WHERE project = {project:String} AND exporter_id = {exporterId:String} AND day = {day:UInt16}
     ) GROUP BY customer, model`,
    { project, exporterId, day },
  );
}

/** Days with sent events. */
export async function readSentDays(store: Store, project: string, exporterId: string): Promise<number[]> {
  const rows = await store.query<{ at: number }>(
    `SELECT DISTINCT toUInt32(day) AS at FROM meter_events FINAL
     WHERE project = {project:String} AND exporter_id = {exporterId:String} ORDER BY at`,
    { project, exporterId },
  );
  return rows.map(({ at }) => at);
}

/** Events of one state, the oldest first. */
export function readEvents(
  store: Store,
  project: string,
  exporterId: string,
  state: string,
): Promise<MeterEventRow[]> {
  return store.query<MeterEventRow>(
    `SELECT customer, toUInt32(day) AS day, model, toUInt32(sequence) AS sequence, identifier, toString(quantity) AS quantity,
       toString(amount) AS amount, state, toString(created_ms) AS created_ms, value FROM (
         SELECT * FROM meter_events FINAL WHERE project = {project:String} AND exporter_id = {exporterId:String} AND state = {state:String}
       ) ORDER BY toInt64(created_ms), identifier`,
    { project, exporterId, state },
  );
}

/** Number of events in each state. */
export async function countEvents(
  store: Store,
  project: string,
  exporterId: string,
): Promise<Readonly<Record<string, number>>> {
  const rows = await store.query<{ state: string; n: string }>(
    `SELECT state, toString(count()) AS n FROM meter_events FINAL
     WHERE project = {project:String} AND exporter_id = {exporterId:String} GROUP BY state`,
    { project, exporterId },
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, Number(n)]));
}
