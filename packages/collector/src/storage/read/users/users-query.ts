import type { CallFilter } from '../query/filters.ts';
import type { Position } from '../query/cursor.ts';
import type { Range } from '../query/range.ts';
import type { UserScope } from './matching-keys.ts';

/** Sort orders that need the calls or threads, because sums are not sufficient. */
export const CALL_RANKINGS = ['p50', 'p95', 'p99', 'firstChunk', 'average', 'median', 'threads'] as const;
export type CallRanking = (typeof CALL_RANKINGS)[number];

export const USER_SORTS = [
  'cost',
  'calls',
  'tokens',
  'cached',
  'errors',
  'lastSeen',
  'firstSeen',
  'name',
  'change',
  ...CALL_RANKINGS,
] as const;
export type UserSort = (typeof USER_SORTS)[number];

export interface UsersQuery extends UserScope {
  readonly project: string;
  readonly range: Range;
  readonly calls: CallFilter;
  readonly sort: UserSort;
  /** The range that `sort: 'change'` compares with. Without it, the cost before is zero. */
  readonly before?: Range;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: Position;
}
