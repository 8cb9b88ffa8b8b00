import { createHash, randomUUID } from 'node:crypto';

import { CALL_MEASURE_NAMES, ROLLUP_NAMES } from '../storage/read/rollups/rollup-reader.ts';
import type { Rollup, Scope } from '../storage/read/rollups/differences.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { RowBuffer } from '../storage/write/row-buffer.ts';
import type { Cell } from '../storage/write/columns/column.ts';

/** The measures of calls, of a row that has none. */
const NO_CALLS: readonly number[] = CALL_MEASURE_NAMES.map(() => 0);

/** Two collectors that find the same difference within this time count it once. */
const EPOCH_MS = 600_000;

/** Turns the difference of a user's row into that of a totals row: what users have too much or too little, the project has. */
function totalsRow(keys: readonly Cell[], sums: readonly Cell[], unitSeconds: number): Cell[] {
  const [project, start, user, ...dimensions] = keys;
  const unit = Math.floor(Number(start) / unitSeconds) * unitSeconds;
  return [project ?? '', unit, user === '' ? 0 : 1, ...dimensions, 0, ...sums];
}

/** The table whose figures totals have without the users, and the seconds that a row of each of them stands for. */
const USAGE_OF_TOTALS: Rollup = 'usage_by_minute';
const SECONDS_OF_TOTALS = { totals_by_minute: 60, totals_quarter: 900 } as const;

/** Adds what a roll-up lacks, or has too much; `withTotals` the same to the totals. */
async function addDifferences(
  { store }: SpanPipeline,
  table: Rollup,
  scope: Scope,
  rows: RowBuffer,
  { withTotals }: { readonly withTotals: boolean },
): Promise<void> {
  for (const { keys: keyCells, sums: sumCells } of await store.rollups.readDifferenceRows(table, scope)) {
    if (table === 'threads') {
      const [claimed = 0] = keyCells.splice(-1);
      // Times of a thread stay as they are: a minimum and a maximum cannot be taken back.
      keyCells.push('9223372036854775807', '0', claimed);
    }
    rows.add(table, [...keyCells, 0, ...sumCells]);
    if (!withTotals || table !== USAGE_OF_TOTALS) continue;
    for (const [totals, seconds] of Object.entries(SECONDS_OF_TOTALS)) {
      rows.add(totals, totalsRow(keyCells, sumCells, seconds));
    }
  }
}

/**
 * Makes the roll-ups agree with the calls, by what differs.
 *
 * The token of what is inserted is what differs itself, and the time, coarsely: where two collectors find the same
 * difference, the engine keeps one insert. If it keeps both, the next reconciliation removes the surplus.
 */
export async function repairRollups(pipeline: SpanPipeline, scope: Scope, nowMs: number): Promise<number> {
  const rows = new RowBuffer();
  for (const table of ['usage_by_minute', 'usage_day', 'threads'] as const) {
    await addDifferences(pipeline, table, scope, rows, { withTotals: true });
  }
  let count = 0;
  for (const insert of rows.inserts('repair')) {
    const hash = createHash('sha256')
      .update(`${Math.floor(nowMs / EPOCH_MS)}\0${insert.table}\0`)
      .update(insert.body)
      .digest('hex');
    await pipeline.store.batches.insert({ ...insert, token: `repair:${hash}` });
    count += rows.rowsOf(insert.table);
  }
  if (count > 0) await pipeline.store.changes.noteUsersChanged(scope.project ?? '', scope.userIds ?? []);
  return count;
}

/** Enters users whom spans name into the tables that lists are made from, as spans without a call do. */
async function addUnlistedUsers({ store }: SpanPipeline, scope: Scope, rows: RowBuffer): Promise<void> {
  const unlisted = await store.rollups.readUnlistedUsers(scope, { limit: Number.MAX_SAFE_INTEGER });
  for (const { table, project, at, userId, service, spans } of unlisted) {
    // Without provider, model, operation, scope and tags, and not claimed.
    rows.add(table, [project, at, userId, '', '', service, '', '', [], 0, spans, ...NO_CALLS]);
  }
}

/**
 * Makes all roll-ups of a project agree with its calls, and lists every user whom spans name; how many rows that took. No batch
 * is written meanwhile.
 */
export async function repairProjectRollups(pipeline: SpanPipeline, project: string): Promise<number> {
  const count = await pipeline.change(`repair-${randomUUID()}`, async ({ rows }) => {
    for (const table of ROLLUP_NAMES) {
      const scope = await pipeline.store.rollups.differingScope(table, { project });
      if (scope !== undefined) await addDifferences(pipeline, table, scope, rows, { withTotals: false });
    }
    await addUnlistedUsers(pipeline, { project }, rows);
    return ROLLUP_NAMES.reduce((sum, table) => sum + rows.rowsOf(table), 0);
  });
  if (count > 0) await pipeline.store.changes.noteUsersChanged(project, []);
  return count;
}
