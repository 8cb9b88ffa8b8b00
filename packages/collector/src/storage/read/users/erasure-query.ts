import { CHANGES_SUMS, MEASURES } from '../../engine/measures.ts';
import { traceIdOf } from '../../engine/ids.ts';
import { TOTALS_TABLES, USAGE_TABLES } from '../../engine/schema.ts';
import type { Store } from '../../engine/store.ts';
import type { Cell } from '../../write/columns/column.ts';

/** Numbers of stored rows of users. */
export interface StoredOfUsers {
  readonly calls: number;
  readonly threads: number;
  readonly profiles: number;
}

const OF_USERS = 'WHERE project = {project:String} AND user_id IN {ids:Array(String)}';

/** Counts what an erasure will remove. */
export async function countStoredOfUsers(
  store: Store,
  project: string,
  ids: readonly string[],
): Promise<StoredOfUsers> {
  const count = async (expression: string, table: string): Promise<number> => {
    const [row] = await store.query<{ n: string }>(`SELECT ${expression} AS n FROM ${table} ${OF_USERS}`, {
      project,
      ids,
    });
    return Number(row?.n ?? 0);
  };
  return {
    calls: await count('count()', 'calls FINAL'),
    threads: await count('uniqExact(thread_id)', 'threads'),
    profiles: await count('uniqExact(user_id)', 'profiles'),
  };
}

/** Ids of the traces with a span or call of any of the users. */
export async function readTraceIdsOfUsers(
  store: Store,
  project: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await store.query<{ trace_id: string }>(
    `SELECT DISTINCT trace_id FROM (SELECT trace_id FROM spans ${OF_USERS} UNION ALL SELECT trace_id FROM calls ${OF_USERS})
     ORDER BY trace_id`,
    { project, ids },
  );
  return rows.map((row) => traceIdOf(row.trace_id));
}

/** A row of a table with totals. Cells are in the order of its columns. */
export interface NegatedTotals {
  readonly table: (typeof TOTALS_TABLES)[keyof typeof TOTALS_TABLES];
  readonly cells: Cell[];
}

/** SQL of the time in seconds for each table with totals. */
const SECONDS = { minute: 'minute', quarter: 'intDiv(minute, 900) * 900' } as const;

/**
 * Rows that subtract the usage of users from the project's totals, which have no user column. The cells are in the
 * order of the table's columns.
 */
export async function readNegatedTotalsOfUsers(
  store: Store,
  project: string,
  ids: readonly string[],
): Promise<NegatedTotals[]> {
  const sums = MEASURES.map((measure) => `toString(-sum(${measure})) AS _${measure}`);
  const negated: NegatedTotals[] = [];
  for (const unit of ['minute', 'quarter'] as const) {
    const rows = await store.query<Record<string, Cell>>(
      `SELECT toUInt32(${SECONDS[unit]}) AS at, provider, model, service, operation, scope, tags, user_claimed, ${sums.join(', ')}
       FROM ${USAGE_TABLES.minute}
       ${OF_USERS} AND ${CHANGES_SUMS}
       GROUP BY at, provider, model, service, operation, scope, tags, user_claimed`,
      { project, ids },
    );
    for (const row of rows) {
      const { provider, model, service, operation, scope, tags, user_claimed: claimed } = row;
      const dimensions = [provider, model, service, operation, scope, tags, claimed].map(
        (cell) => cell ?? '',
      );
      const measures = MEASURES.map((measure) => (measure === 'seen' ? 0 : (row[`_${measure}`] ?? 0)));
      negated.push({
        table: TOTALS_TABLES[unit],
        cells: [project, row['at'] ?? 0, 1, ...dimensions, ...measures],
      });
    }
  }
  return negated;
}
