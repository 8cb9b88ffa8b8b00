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
  /** Records of one project or all, and of some kinds or all. */
  readConfigs(options: {
    readonly project?: string;
    readonly kinds?: readonly string[];
  }): Promise<ConfigRecord[]>;
  readStates(project?: string): Promise<StateRecord[]>;
  /** A page of states: firing ones first, then the latest. */
  listStates(
    query: StatesQuery & { readonly limit: number; readonly after?: Position | undefined },
  ): Promise<{ readonly rows: readonly StateRecord[]; readonly next?: Position }>;
  /** Counts the subjects for which each rule has a state. */
  countStates(query: StatesQuery): Promise<readonly StateCount[]>;
  /** Pending deliveries, and those of the last days, so that none is created twice. */
  readOutbox(sinceMs: number): Promise<DeliveryRecord[]>;
  /** The ids of those deliveries that are in the store. */
  readStoredDeliveries(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deliveries of a project, the newest first. */
  readDeliveries(query: DeliveriesQuery): Promise<DeliveryRecord[]>;
  /** Exact latencies of calls by key. Read from the calls themselves. */
  readLatencies(query: LatencyQuery): Promise<ReadonlyMap<string, Latency>>;
  /** Users with calls in minutes after a time, with the last such minute. The key `''` stands for the project. */
  readCallsAhead(query: CallsAheadQuery): Promise<ReadonlyMap<string, number>>;
  /** For each span of whole minutes, the users with calls in it. */
  readUsersOfSpans(project: string, spans: readonly TimeSpan[]): Promise<readonly ReadonlySet<string>[]>;
  /**
   * Sums windows exactly from the roll-ups per day and minute; those of projects per quarter of an hour and minute.
   *
   * @returns for each key (user, model…; the empty string for a project) the sums of each series, in order. Keys
   * without rows are absent.
   */
  readWindowSums(query: WindowSumsQuery): Promise<ReadonlyMap<string, readonly WindowSums[]>>;
  /** Ids of the users who currently belong to this group. */
  readGroupMembers(project: string, group: string): Promise<string[]>;
  /** Usage of some users in whole days (UTC): in total, by model and by day. */
  readOwnUsage(query: OwnUsageQuery): Promise<OwnUsage>;
  /** Cost of the claimed calls that are not part of {@link readOwnUsage}, an exact decimal of US dollars. */
  readClaimedCost(query: OwnUsageQuery): Promise<string>;
  /** Opens a directory of a project's users with their groups and props. */
  openDirectory(project: string): UserDirectory;
  /** Opens a reader of the users whose figures have changed. */
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
