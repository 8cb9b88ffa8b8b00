import type { ApiContext } from './api-context.ts';
import type { Figures } from './figures.ts';
import { bareProfile, readProfiles } from './profiles-query.ts';
import type { ProfileJson } from './profiles-query.ts';
import { readMedians, readThreadCounts, readTrends } from './user-extras.ts';
import type { Trend } from './user-extras.ts';
import type { Range } from './range.ts';
import type { UserFigures } from './users-query.ts';
import type { CallFilter } from './filters.ts';

/** A user of the list. */
export interface UserJson extends ProfileJson, Figures {
  /** Other ids that count for this one. */
  readonly aliases: readonly string[];
  readonly threads: number;
  readonly medianCost?: number | null;
  readonly trend?: readonly Trend[];
}

/** Columns of the list as CSV. */
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
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'reasoningTokens',
  'cost',
  'costExact',
  'averageCost',
  'claimedCalls',
  'latencyMs',
  'threads',
];

export interface RowsWanted {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  readonly includeTrend: boolean;
  readonly includeMedian: boolean;
}

function mergeTimes(profile: ProfileJson, others: readonly (ProfileJson | undefined)[]): ProfileJson {
  let { firstSeen, lastSeen } = profile;
  for (const other of others) {
    if (other?.firstSeen && (firstSeen === null || other.firstSeen < firstSeen)) firstSeen = other.firstSeen;
    if (other?.lastSeen && (lastSeen === null || other.lastSeen > lastSeen)) lastSeen = other.lastSeen;
  }
  return { ...profile, firstSeen, lastSeen };
}

/** Gives the users of a page their names, props and whatever else was asked for; one query of each kind for all. */
export async function userRows(
  context: ApiContext,
  users: readonly UserFigures[],
  wanted: RowsWanted,
): Promise<UserJson[]> {
  const { project } = wanted;
  const members = new Map<string, readonly string[]>();
  for (const { id } of users) members.set(id, await context.aliases.idsOf(project, id));
  const ids = [...members.values()].flat();
  const [profiles, threads, trends, medians] = await Promise.all([
    readProfiles(context.store, project, ids),
    readThreadCounts(context.store, project, ids, wanted.range),
    wanted.includeTrend ? readTrends(context.store, project, members, context.clock()) : undefined,
    wanted.includeMedian
      ? readMedians(context.store, project, members, wanted.range, wanted.filter)
      : undefined,
  ]);
  return users.map(({ id, figures }) => {
    const own = members.get(id) ?? [id];
    const aliases = own.slice(1);
    const profile = mergeTimes(
      profiles.get(id) ?? bareProfile(id),
      aliases.map((alias) => profiles.get(alias)),
    );
    return {
      ...profile,
      aliases,
      ...figures,
      threads: own.reduce((sum, member) => sum + (threads.get(member) ?? 0), 0),
      ...(medians === undefined ? {} : { medianCost: medians.get(id) ?? null }),
      ...(trends === undefined ? {} : { trend: trends.get(id) ?? [] }),
    };
  });
}
