import { COUNT_FIGURE_NAMES } from '../../engine/measures.ts';
import type { Queries } from '../../engine/store.ts';
import type { ReadContext } from '../query/read-context.ts';
import { figuresBefore } from '../usage/figures.ts';
import type { Figures, FiguresBefore } from '../usage/figures.ts';
import { bareProfile, readProfiles } from './profiles-query.ts';
import type { ProfileJson } from './profiles-query.ts';
import { readMedians, readThreadCounts } from './user-extras.ts';
import { noUsage, readUserUsage } from './user-usage.ts';
import type { Trend } from './user-usage.ts';
import { factsKey, NO_FACTS, readCallFacts } from '../usage/call-facts.ts';
import type { CallFacts } from '../usage/call-facts.ts';
import type { Percentiles } from '../usage/percentiles.ts';
import { EVERYBODY } from './matching-keys.ts';
import type { Range } from '../query/range.ts';
import type { CallFilter } from '../query/filters.ts';

/** A user of the list. */
export interface UserJson extends ProfileJson, Figures, Partial<FiguresBefore> {
  /** Other ids of this user. */
  readonly aliases: readonly string[];
  /** Conversations with a matching call in the range. */
  readonly threads: number;
  readonly medianCost?: number | null;
  readonly trend?: readonly Trend[];
  /** Exact percentiles of the latency. */
  readonly latency?: Percentiles;
  /** Exact percentiles of the time until the first chunk of streamed answers. */
  readonly firstChunk?: Percentiles;
}

/** Columns of the list in CSV files. */
export const USER_COLUMNS: readonly (keyof UserJson)[] = [
  'id',
  'name',
  'email',
  'avatar',
  'group',
  'props',
  'claimed',
  'aliases',
  'firstSeen',
  'lastSeen',
  'calls',
  'pricedCalls',
  'unpricedCalls',
  'errors',
  ...COUNT_FIGURE_NAMES,
  'cost',
  'costExact',
  'averageCost',
  'claimedCalls',
  'claimedCost',
  'claimedCostExact',
  'latencyMs',
  'threads',
];

export interface RowsWanted {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  readonly includeTrend: boolean;
  readonly includeMedian: boolean;
  readonly includeLatency?: boolean;
  /** The range to compare with; `null` if the current range has no start. */
  readonly before?: Range | null;
}

function mergeTimes(profile: ProfileJson, others: readonly (ProfileJson | undefined)[]): ProfileJson {
  let { firstSeen, lastSeen } = profile;
  for (const other of others) {
    if (other?.firstSeen && (firstSeen === null || other.firstSeen < firstSeen)) firstSeen = other.firstSeen;
    if (other?.lastSeen && (lastSeen === null || other.lastSeen > lastSeen)) lastSeen = other.lastSeen;
  }
  return { ...profile, firstSeen, lastSeen };
}

/**
 * All columns that a list shows for these users, without users that no longer exist. Each kind of data needs one query
 * for all users.
 */
export async function userRows(
  context: Omit<ReadContext, 'store'> & { readonly store: Queries },
  users: readonly string[],
  wanted: RowsWanted,
): Promise<UserJson[]> {
  const { project, range, filter, includeTrend, includeMedian, before } = wanted;
  const { store, aliases, answers } = context;
  const members = new Map<string, readonly string[]>();
  for (const id of users) members.set(id, await aliases.idsOf(project, id));
  const ids = [...members.values()].flat();
  const trendUntilMs = includeTrend ? context.clock() : undefined;
  const owners = new Map([...members].flatMap(([id, own]) => own.map((member) => [member, id] as const)));
  const [usage, profiles, threads, medians, facts] = await Promise.all([
    readUserUsage(store, { project, range, before: before ?? undefined, filter, trendUntilMs }, members, {
      answers,
      hasAliases: !(await aliases.isEmpty(project)),
    }),
    readProfiles(store, project, ids),
    readThreadCounts(store, project, members, range, filter),
    includeMedian ? readMedians(store, project, members, range, filter) : undefined,
    wanted.includeLatency === true && ids.length > 0
      ? readCallFacts(answers, { project, range, filter, scope: EVERYBODY, userIds: ids, owners })
      : undefined,
  ]);
  const isThere = (id: string): boolean =>
    usage.get(id)?.isThere === true || members.get(id)?.some((member) => profiles.has(member)) === true;
  return users.filter(isThere).map((id) => {
    const own = members.get(id) ?? [id];
    const others = own.slice(1);
    const profile = mergeTimes(
      profiles.get(id) ?? bareProfile(id),
      others.map((alias) => profiles.get(alias)),
    );
    const { figures, trend, before: figuresOfBefore } = usage.get(id) ?? noUsage(trendUntilMs);
    return {
      ...profile,
      aliases: others,
      ...figures,
      threads: threads.get(id) ?? 0,
      // If all other calls are unpriced, a median of refused calls of $0 would be misleading.
      ...(medians === undefined
        ? {}
        : { medianCost: figures.cost === null ? null : (medians.get(id) ?? null) }),
      ...(trend === undefined ? {} : { trend }),
      ...(before === undefined ? {} : figuresBefore(before === null ? null : figuresOfBefore)),
      ...(facts === undefined ? {} : showLatency(facts.get(factsKey(id, '')) ?? NO_FACTS)),
    };
  });
}

function showLatency({ latency, firstChunk }: CallFacts): Pick<UserJson, 'latency' | 'firstChunk'> {
  return { latency, firstChunk };
}
