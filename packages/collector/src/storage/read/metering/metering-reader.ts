import type { Store } from '../../engine/store.ts';
import type { DayBounds, MeterEventRow, OwedQuantity, OwedRow, SentRow, UserCost } from './owed.ts';
import type { RevenueRow } from './revenue.ts';
import {
  readOwed,
  readCosts,
  readDayFingerprints,
  readDayBounds,
  readSent,
  readSentDays,
  readEvents,
  countEvents,
} from './owed.ts';
import { readRevenue } from './revenue.ts';

/** Reads the data for meter events and margins. */
export interface MeteringReader {
  /** Quantities of one day (days since the epoch, UTC); calls without a user have the empty id. */
  readOwed(project: string, day: number, measure: OwedQuantity): Promise<OwedRow[]>;
  /** Cost of users from one day to another (inclusive); calls without a user have the empty id. */
  readCosts(
    project: string,
    options: { readonly firstDay: number; readonly lastDay: number },
  ): Promise<UserCost[]>;
  /** A fingerprint of each day that changes whenever one of its figures changes. */
  readDayFingerprints(project: string, fromDay: number): Promise<ReadonlyMap<number, string>>;
  /** The first day with usage, and the first and last day with sent events; over all projects. */
  readDayBounds(): Promise<DayBounds>;
  /** Sums of the events of one day, by customer and model. */
  readSent(project: string, exporterId: string, day: number): Promise<SentRow[]>;
  /** Days with sent events. */
  readSentDays(project: string, exporterId: string): Promise<number[]>;
  /** Events of one state, the oldest first. */
  readEvents(project: string, exporterId: string, state: string): Promise<MeterEventRow[]>;
  /** Number of events in each state. */
  countEvents(project: string, exporterId: string): Promise<Readonly<Record<string, number>>>;
  /** Revenue of one month by user or group, from all sources or one. */
  readRevenue(project: string, kind: 'user' | 'group', month: number, source?: string): Promise<RevenueRow[]>;
}

export function meteringReader(store: Store): MeteringReader {
  return {
    readOwed: (project, day, measure) => readOwed(store, project, day, measure),
    readCosts: (project, options) => readCosts(store, project, options),
    readDayBounds: () => readDayBounds(store),
    readDayFingerprints: (project, fromDay) => readDayFingerprints(store, project, fromDay),
    readSent: (project, exporterId, day) => readSent(store, project, exporterId, day),
    readSentDays: (project, exporterId) => readSentDays(store, project, exporterId),
    readEvents: (project, exporterId, state) => readEvents(store, project, exporterId, state),
    countEvents: (project, exporterId) => countEvents(store, project, exporterId),
    readRevenue: (project, kind, month, source) => readRevenue(store, project, kind, month, source),
  };
}
