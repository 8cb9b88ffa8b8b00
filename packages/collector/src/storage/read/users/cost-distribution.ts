import { Sql } from '../../engine/sql.ts';
import { figuresOf, NO_SUMS, showDecimal } from '../usage/figures.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { costsOfUsers } from './user-ranking.ts';
import { sumsOf, withUserSums } from './tables/user-sums.ts';
import type { UserSums } from './tables/user-sums.ts';
import type { UsersQuery } from './users-query.ts';

/**
 * Cost of users in exact US dollars: of counted and of claimed calls. With `--claimed count`, claimed calls are part of
 * the counted ones.
 */
interface Costs {
  readonly users: number;
  readonly costExact: string;
  /** Counted calls without a price, which the cost excludes. */
  readonly unpricedCalls: number;
  readonly claimedCostExact: string;
}

/** The share of the cost of the most expensive users. */
export interface TopShare extends Costs {
  /** Share of the cost of all users, 0 to 1; `null` if that is zero. */
  readonly share: number | null;
}

/** Users whose cost is at least `from` and less than `to`, exact US dollars. `to` is `null` in the last bucket. */
export interface CostBucket extends Costs {
  readonly from: string;
  readonly to: string | null;
}

export interface Distribution extends Costs {
  /** Median and 95th percentile of the cost per user; `null` without users. */
  readonly median: string | null;
  readonly p95: string | null;
  readonly top: readonly TopShare[];
  readonly buckets: readonly CostBucket[];
}

const TOPS = [1, 10, 100, 1000, 10_000];
/** Edges of the buckets: 1 and 3 times every power of ten, because costs of users may differ by a factor of thousands. */
const EDGES: readonly string[] = [
  '0',
  ...Array.from({ length: 10 }, (_, at) => at - 6).flatMap((power) =>
    [1, 3].map((digit) => decimal(digit, power)),
  ),
];

function decimal(digit: number, power: number): string {
  return power >= 0 ? `${digit}${'0'.repeat(power)}` : `0.${'0'.repeat(-power - 1)}${digit}`;
}

interface Row {
  readonly users: string;
  readonly usd: string;
  readonly claimed: string;
  readonly ranks: readonly string[];
  readonly tops: readonly string[];
  readonly counts: readonly string[];
  readonly sums: readonly string[];
  readonly unpriced: string;
  readonly claimedTops: readonly string[];
  readonly claimedSums: readonly string[];
  readonly unpricedTops: readonly string[];
  readonly unpricedSums: readonly string[];
}

/** The distribution of cost over the users of a list. */
export async function readDistribution(
  answers: RecentAnswers,
  query: Omit<UsersQuery, 'sort' | 'isDescending' | 'limit' | 'after'>,
): Promise<Distribution> {
  const [row] = await withUserSums(answers, sumsOf(query), (sums) => readCosts(answers, query, sums));
  return distributionOf(row);
}

function readCosts(
  answers: RecentAnswers,
  query: Omit<UsersQuery, 'sort' | 'isDescending' | 'limit' | 'after'>,
  sums: UserSums | undefined,
): Promise<readonly Row[]> {
  const sql = new Sql(answers);
  const ranked = costsOfUsers(query, sql, sums);
  const edges = EDGES.map((edge) => `toDecimal128('${edge}', 18)`);
  const inBucket = edges.map((edge, at) => {
    const next = edges[at + 1];
    return next === undefined ? `value >= ${edge}` : `value >= ${edge} AND value < ${next}`;
  });
  return answers.query<Row>(
    `SELECT count() AS users, sum(value) AS usd, sum(claimed_) AS claimed, sum(unpriced_) AS unpriced,
       arrayMap(level -> toString(arrayElement(arraySort(groupArray(value)), toInt64(ceil(level * count())))), [0.5, 0.95]) AS ranks,
       [${TOPS.map((top) => `sumIf(value, place <= ${top})`).join(', ')}] AS tops,
       [${inBucket.map((condition) => `countIf(${condition})`).join(', ')}] AS counts,
       [${inBucket.map((condition) => `sumIf(value, ${condition})`).join(', ')}] AS sums,
       [${TOPS.map((top) => `sumIf(claimed_, place <= ${top})`).join(', ')}] AS claimedTops,
       [${inBucket.map((condition) => `sumIf(claimed_, ${condition})`).join(', ')}] AS claimedSums,
       [${TOPS.map((top) => `sumIf(unpriced_, place <= ${top})`).join(', ')}] AS unpricedTops,
       [${inBucket.map((condition) => `sumIf(unpriced_, ${condition})`).join(', ')}] AS unpricedSums
     FROM (SELECT value, claimed AS claimed_, unpriced AS unpriced_, row_number() OVER (ORDER BY value DESC) AS place FROM (${ranked}))`,
    sql.parameters,
    ([found]) => Number(found?.users ?? 0),
  );
}

function distributionOf(row: Row | undefined): Distribution {
  const users = Number(row?.users ?? 0);
  const usd = row?.usd ?? '0';
  const total = figuresOf({ ...NO_SUMS, usd }).cost ?? 0;
  const at = (list: readonly string[] | undefined, index: number): string =>
    showDecimal(list?.[index] ?? '0');
  return {
    users,
    costExact: showDecimal(usd),
    unpricedCalls: Number(row?.unpriced ?? 0),
    claimedCostExact: showDecimal(row?.claimed ?? '0'),
    median: users === 0 ? null : at(row?.ranks, 0),
    p95: users === 0 ? null : at(row?.ranks, 1),
    top: TOPS.flatMap((top, index) =>
      top < users
        ? [
            {
              users: top,
              costExact: at(row?.tops, index),
              unpricedCalls: Number(row?.unpricedTops[index] ?? 0),
              claimedCostExact: at(row?.claimedTops, index),
              share: total > 0 ? Number(at(row?.tops, index)) / total : null,
            },
          ]
        : [],
    ),
    buckets: EDGES.map((from, index) => ({
      from,
      to: EDGES[index + 1] ?? null,
      users: Number(row?.counts[index] ?? 0),
      costExact: at(row?.sums, index),
      unpricedCalls: Number(row?.unpricedSums[index] ?? 0),
      claimedCostExact: at(row?.claimedSums, index),
    })),
  };
}
