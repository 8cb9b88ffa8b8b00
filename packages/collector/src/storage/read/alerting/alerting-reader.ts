import type { Store } from '../../engine/store.ts';
import type {
  ConfigRecord,
  DeliveriesQuery,
  DeliveryRecord,
  StateCount,
  StateRecord,
  StatesQuery,
} from './alerting-records.ts';
import type { Position } from '../query/cursor.ts';
import type { Latency, LatencyQuery } from './latency.ts';
import type { OwnUsage, OwnUsageQuery } from './own-usage.ts';
import type { TimeSpan } from './window-parts.ts';
import type { WindowSums, WindowSumsQuery } from './window-sums.ts';
import {
  countStates,
  listStates,
  readConfigs,
  readStates,
  readOutbox,
  readDeliveries,
  readStoredDeliveries,
} from './alerting-records.ts';
import { readCallsAhead, readUsersOfSpans } from './calls-ahead.ts';
import type { CallsAheadQuery } from './calls-ahead.ts';
import { readLatencies } from './latency.ts';
import { readWindowSums } from './window-sums.ts';
import { readClaimedCost, readGroupMembers, readOwnUsage } from './own-usage.ts';
import { UsageChangeReader } from './usage-changes.ts';
import { UserDirectory } from './user-directory.ts';

/** Reads the configuration of alerts and budgets, and the figures that they are evaluated with. */
export interface AlertingReader {
  /** Records of one project, or of all of them; of some kinds, or of all of them. */
  readConfigs(options: {
    readonly project?: string;
    readonly kinds?: readonly string[];
  }): Promise<ConfigRecord[]>;
  readStates(project?: string): Promise<StateRecord[]>;
  /** A page of states: those that fire first, the latest before the others. */
  listStates(
    query: StatesQuery & { readonly limit: number; readonly after?: Position | undefined },
  ): Promise<{ readonly rows: readonly StateRecord[]; readonly next?: Position }>;
  /** For how many subjects each rule has a state. */
  countStates(query: StatesQuery): Promise<readonly StateCount[]>;
  /** Deliveries that are still due, and those of the last days, so that none is made twice. */
  readOutbox(sinceMs: number): Promise<DeliveryRecord[]>;
  /** Which of these deliveries the store has. */
  readStoredDeliveries(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deliveries of a project, the newest first. */
  readDeliveries(query: DeliveriesQuery): Promise<DeliveryRecord[]>;
  /** Exact latencies of calls by key. Read from the calls themselves. */
  readLatencies(query: LatencyQuery): Promise<ReadonlyMap<string, Latency>>;
  /** Users with calls in minutes that begin after a time, with the last of these minutes; `''` for the project. */
  readCallsAhead(query: CallsAheadQuery): Promise<ReadonlyMap<string, number>>;
  /** Users with calls in each of some spans of whole minutes, in their order. */
  readUsersOfSpans(project: string, spans: readonly TimeSpan[]): Promise<readonly ReadonlySet<string>[]>;
  /**
   * Adds up windows, exactly, from the roll-ups by day and minute, those of projects by quarter of an hour and minute.
   *
   * @returns for each key (user, model…; the empty string for a project) the sums of each series, in their order. A key
   * without any row is absent.
   */
  readWindowSums(query: WindowSumsQuery): Promise<ReadonlyMap<string, readonly WindowSums[]>>;
  /** Ids of the users whose group is this one at present. */
  readGroupMembers(project: string, group: string): Promise<string[]>;
  /** What some users used in whole days (UTC): in all, by model and by day. */
  readOwnUsage(query: OwnUsageQuery): Promise<OwnUsage>;
  /** What the claimed calls cost that stand beside {@link readOwnUsage}; an exact decimal of US dollars. */
  readClaimedCost(query: OwnUsageQuery): Promise<string>;
  /** The users of a project with their groups and props, read once. */
  openDirectory(project: string): UserDirectory;
  /** The users whose figures changed since the last call. */
  openChanges(): UsageChangeReader;
}

export function alertingReader(store: Store): AlertingReader {
  return {
    readConfigs: (options) => readConfigs(store, options),
    readStates: (project) => readStates(store, project),
    listStates: (query) => listStates(store, query),
    countStates: (query) => countStates(store, query),
    readOutbox: (sinceMs) => readOutbox(store, sinceMs),
    readStoredDeliveries: (ids) => readStoredDeliveries(store, ids),
    readDeliveries: (query) => readDeliveries(store, query),
    readLatencies: (query) => readLatencies(store, query),
    readCallsAhead: (query) => readCallsAhead(store, query),
    readUsersOfSpans: (project, spans) => readUsersOfSpans(store, project, spans),
    readWindowSums: (query) => readWindowSums(store, query),
    readGroupMembers: (project, group) => readGroupMembers(store, project, group),
    readOwnUsage: (query) => readOwnUsage(store, query),
    readClaimedCost: (query) => readClaimedCost(store, query),
    openDirectory: (project) => new UserDirectory(store, project),
    openChanges: () => new UsageChangeReader(store),
  };
}
