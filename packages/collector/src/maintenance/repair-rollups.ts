import { createHash, randomUUID } from 'node:crypto';

import { CALL_MEASURE_NAMES, ROLLUP_NAMES } from '../storage/read/rollups/rollup-reader.ts';
import type { Rollup, CheckRange } from '../storage/read/rollups/differences.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { RowBuffer } from '../storage/write/row-buffer.ts';
import type { Cell } from '../storage/write/columns/column.ts';

/** The measures of a row without calls. */
const NO_CALLS: readonly number[] = CALL_MEASURE_NAMES.map(() => 0);

/** Two collectors that find the same difference within this time repair it once. */
const EPOCH_MS = 600_000;

/**
 * Converts the difference of a user's row to that of a totals row, because the project's totals have the same
 * difference.
 */
function totalsRow(keys: readonly Cell[], sums: readonly Cell[], unitSeconds: number): Cell[] {
  const [project, start, user, ...dimensions] = keys;
  const unit = Math.floor(Number(start) / unitSeconds) * unitSeconds;
  return [project ?? '', unit, user === '' ? 0 : 1, ...dimensions, 0, ...sums];
}

/** The table from whose figures totals are derived, and the time in seconds that a row of each covers. */
const USAGE_OF_TOTALS: Rollup = 'usage_by_minute';
const SECONDS_OF_TOTALS = { totals_by_minute: 60, totals_quarter: 900 } as const;

/** Adds the differences of a roll-up; with `withTotals`, also to the totals. */
async function addDifferences(
  { store }: SpanPipeline,
  table: Rollup,
  range: CheckRange,
  rows: RowBuffer,
  { withTotals }: { readonly withTotals: boolean },
): Promise<void> {
  for (const { keys: keyCells, sums: sumCells } of await store.rollups.readDifferenceRows(table, range)) {
    if (table === 'threads') {
      const [claimed = 0] = keyCells.splice(-1);
      // The times of a thread do not change, because a minimum and a maximum cannot be subtracted.
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
 * Adds the differences to the roll-ups, so that they equal the sums of the calls.
 *
 * The deduplication token consists of the differences and the approximate time. If two collectors find the same
 * difference, the engine keeps one insert. If it keeps both, the next reconciliation removes the surplus.
 */
export async function repairRollups(
  pipeline: SpanPipeline,
  range: CheckRange,
  nowMs: number,
): Promise<number> {
  const rows = new RowBuffer();
  for (const table of ['usage_by_minute', 'usage_day', 'threads'] as const) {
    await addDifferences(pipeline, table, range, rows, { withTotals: true });
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
  if (count > 0) await pipeline.store.changes.recordUsersChanged(range.project ?? '', range.userIds ?? []);
  return count;
}

/** Adds users that spans name to the tables of lists, as spans without a call do. */
async function addUnlistedUsers({ store }: SpanPipeline, range: CheckRange, rows: RowBuffer): Promise<void> {
  const unlisted = await store.rollups.readUnlistedUsers(range, { limit: Number.MAX_SAFE_INTEGER });
  for (const { table, project, at, userId, service, spans } of unlisted) {
    // Without provider, model, operation, scope and tags, and not claimed.
    rows.add(table, [project, at, userId, '', '', service, '', '', [], 0, spans, ...NO_CALLS]);
  }
}

/**
 * Makes all roll-ups of a project equal to the sums of its calls, and adds missing users to lists. Returns the number
 * of added rows. No batch is written in the meantime.
 */
export async function repairProjectRollups(pipeline: SpanPipeline, project: string): Promise<number> {
  const count = await pipeline.change(`repair-${randomUUID()}`, async ({ rows }) => {
    for (const table of ROLLUP_NAMES) {
      const range = await pipeline.store.rollups.differingRange(table, { project });
      if (range !== undefined) await addDifferences(pipeline, table, range, rows, { withTotals: false });
    }
    await addUnlistedUsers(pipeline, { project }, rows);
    return ROLLUP_NAMES.reduce((sum, table) => sum + rows.rowsOf(table), 0);
  });
  if (count > 0) await pipeline.store.changes.recordUsersChanged(project, []);
  return count;
}
