import type { Store } from '../../engine/store.ts';
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
import type { AliasRow } from './alias-forest.ts';
import { AliasBook, readAliases } from './alias-book.ts';

/** Reads users, what they used, and what is known of them. */
export interface UserReader {
  /** A page of users by what they are ranked by, and one more than the limit where there are further pages. */
  listUsers(query: UsersQuery): Promise<UserPage>;
  findNeighbors(query: UsersQuery, id: string): Promise<Neighbors | undefined>;
  /** What all users of a list used together. */
  sumUsers(query: UsersQuery): Promise<Figures>;
  /** Whatever a list shows of these users, without those that are no longer there; one query of each kind for all. */
  userRows(context: ReaderContext, users: readonly string[], wanted: RowsWanted): Promise<UserJson[]>;
  /** Everything that the head of a user's page shows; `undefined` where the project has no such user. */
  readUser(context: ReaderContext, query: UserQuery): Promise<UserDetail | undefined>;
  /** The profiles of these users; an id without a profile is left out. */
  readProfiles(project: string, ids: readonly string[]): Promise<ReadonlyMap<string, ProfileJson>>;
  /** When the newest value of a user's profile was written, in nanoseconds; in the future where a clock was ahead. */
  readNewestProp(project: string, id: string): Promise<bigint>;
  /** Finds the users whose cost changed most since the range before. */
  readMovers(query: ChangesQuery): Promise<readonly Mover[]>;
  /** Counts the users of each range, and those seen for the first time in it. */
  countUsers(query: UserCountsQuery): Promise<readonly UserCounts[]>;
  /** The keys of the users that a filter means; `undefined` without a filter, and where it means very many. */
  readMatchingKeys(options: {
    readonly project: string;
    readonly users: UserFilter;
  }): Promise<UserKeys | undefined>;
  /** How cost is spread over the users of a list: a few who cost most of it, or many who cost alike. */
  readDistribution(
    query: Omit<UsersQuery, 'sort' | 'isDescending' | 'limit' | 'after'>,
  ): Promise<Distribution>;
  /** The aliases of a project as they are stored, for an `AliasForest`. */
  readAliases(project: string): Promise<AliasRow[]>;
  /** A book of the aliases of all projects, which remembers what it read. */
  openAliasBook(): AliasBook;
}

export function userReader(store: Store, answers: RecentAnswers): UserReader {
  return {
    listUsers: (query) => listUsers(answers, query),
    findNeighbors: (query, id) => findNeighbors(answers, query, id),
    sumUsers: (query) => sumUsers(store, query),
    userRows: (context, users, wanted) => userRows({ ...context, store, answers }, users, wanted),
    readUser: (context, query) => readUser({ ...context, store, answers }, query),
    readProfiles: (project, ids) => readProfiles(store, project, ids),
    readNewestProp: (project, id) => readNewestProp(store, project, id),
    readMovers: (query) => readMovers(answers, query),
    countUsers: (query) => countUsers(answers, query),
    readMatchingKeys: (options) => readMatchingKeys(answers, options),
    readDistribution: (query) => readDistribution(answers, query),
    readAliases: (project) => readAliases(store, project),
    openAliasBook: () => new AliasBook(store),
  };
}
