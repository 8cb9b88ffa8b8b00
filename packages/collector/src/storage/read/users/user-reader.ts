import { forCurrentClient } from '../../engine/store.ts';
import type { Store } from '../../engine/store.ts';
import { hasUserFilter } from '../query/filters.ts';
import type { UserFilter } from '../query/filters.ts';
import type { ReaderContext } from '../query/read-context.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import type { Figures } from '../usage/figures.ts';
import type { Distribution } from './cost-distribution.ts';
import type { ProfileJson } from './profiles-query.ts';
import type { ChangesQuery, Mover } from './movers.ts';
import type { UserCounts, UserCountsQuery } from './user-counts.ts';
import type { UserDetail, UserQuery } from './user-query.ts';
import type { RowsWanted, UserJson } from './user-rows.ts';
import type { Neighbors, UserPage } from './list-users.ts';
import { listUsers, findNeighbors, sumUsers } from './list-users.ts';
import type { UsersQuery } from './users-query.ts';
import { userRows } from './user-rows.ts';
import { readUser } from './user-query.ts';
import { readNewestProp, readProfiles } from './profiles-query.ts';
import { readMovers } from './movers.ts';
import { countUsers } from './user-counts.ts';
import { readMatchingKeys } from './matching-keys.ts';
import type { UserKeys } from './matching-keys.ts';
import { readDistribution } from './cost-distribution.ts';
import { AliasBook, readAliases } from './alias-book.ts';
import type { StoredAliases } from './alias-book.ts';
import { keysForRanking, sumsOf } from './tables/user-sums.ts';
import { LandingTables } from './tables/landing-tables.ts';
import type { LandingTablesOptions } from './tables/landing-tables.ts';

/** Reads users, their usage and their profiles. */
export interface UserReader {
  /** A page of ranked users. Returns one more than the limit if there are further pages. */
  listUsers(query: UsersQuery): Promise<UserPage>;
  findNeighbors(query: UsersQuery, id: string): Promise<Neighbors | undefined>;
  /** The total usage of all users of a list. */
  sumUsers(query: UsersQuery): Promise<Figures>;
  /**
   * All columns that a list shows for these users, without users that no longer exist. Each kind of data needs one
   * query for all users.
   */
  userRows(context: ReaderContext, users: readonly string[], wanted: RowsWanted): Promise<UserJson[]>;
  /** The details of a user; `undefined` if the project has no such user. */
  readUser(context: ReaderContext, query: UserQuery): Promise<UserDetail | undefined>;
  /** The profiles of these users. Ids without a profile are left out. */
  readProfiles(project: string, ids: readonly string[]): Promise<ReadonlyMap<string, ProfileJson>>;
  /** Time of the newest value in a user's profile, in nanoseconds. It is in the future if a clock was ahead. */
  readNewestProp(project: string, id: string): Promise<bigint>;
  /** Finds the users whose cost changed most since the range before. */
  readMovers(query: ChangesQuery): Promise<readonly Mover[]>;
  /** Counts the users of each range, and those who were first seen in it. */
  countUsers(query: UserCountsQuery): Promise<readonly UserCounts[]>;
  /** The keys of the users that match a filter; `undefined` without a filter or if too many match. */
  readMatchingKeys(options: {
    readonly project: string;
    readonly users: UserFilter;
  }): Promise<UserKeys | undefined>;
  /**
   * The keys of the matching users that a list needs: `undefined` without a filter, if too many match, or if the list
   * is ranked without them.
   */
  readKeysForRanking(
    query: Omit<UsersQuery, 'keys' | 'sort' | 'isDescending' | 'limit'>,
  ): Promise<UserKeys | undefined>;
  /** The distribution of cost over the users of a list. */
  readDistribution(
    query: Omit<UsersQuery, 'sort' | 'isDescending' | 'limit' | 'after'>,
  ): Promise<Distribution>;
  /** The stored aliases of a project, for an `AliasForest`. */
  readAliases(project: string): Promise<StoredAliases>;
  /** Keeps the memory tables of the landing page filled until the returned function is called. */
  keepTablesFilled(options?: LandingTablesOptions): () => Promise<void>;
  /** Opens a cache of the aliases of all projects. */
  openAliasBook(): AliasBook;
}

export function userReader(store: Store, answers: RecentAnswers): UserReader {
  let landing: LandingTables | undefined;
  return {
    keepTablesFilled(options) {
      const tables = new LandingTables(store, answers, options);
      tables.start();
      landing = tables;
      return () => tables.stop();
    },
    listUsers(query) {
      landing?.noteRead(query.project);
      return listUsers(answers, query);
    },
    findNeighbors: (query, id) => findNeighbors(answers, query, id),
    sumUsers: (query) => sumUsers(answers, query),
    userRows: (context, users, wanted) =>
      userRows({ ...context, store: forCurrentClient(store), answers }, users, wanted),
    readUser: (context, query) => readUser({ ...context, store, answers }, query),
    readProfiles: (project, ids) => readProfiles(store, project, ids),
    readNewestProp: (project, id) => readNewestProp(store, project, id),
    readMovers: (query) => readMovers(answers, query),
    countUsers: (query) => countUsers(answers, query),
    readMatchingKeys: (options) => readMatchingKeys(answers, options),
    readKeysForRanking: async (query) =>
      hasUserFilter(query.users) ? keysForRanking(answers, sumsOf(query)) : undefined,
    readDistribution: (query) => readDistribution(answers, query),
    readAliases: (project) => readAliases(store, project),
    openAliasBook: () => new AliasBook(store),
  };
}
