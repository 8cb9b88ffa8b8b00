import { createHash, randomUUID } from 'node:crypto';

import { traceIdOf } from '../store/ids.ts';
import type { CallRow } from './call-row.ts';
import { differenceColumns, differenceSql, scopeParameters } from './check-rollups.ts';
import type { Rollup, Scope } from './check-rollups.ts';
import { groupTogether, loadTracesTogether } from './load-traces-together.ts';
import type { SpanPipeline } from './open-pipeline.ts';
import type { PlanBuilder } from './plan.ts';
import { resolveTraces } from './resolve-state.ts';
import { RowBuffer } from './row-buffer.ts';
import type { Cell } from './row-buffer.ts';

/** What a settling did. */
export interface Settlement {
  /** Traces that several collectors had spans of. */
  readonly traces: number;
  /** Calls that moved, or were there twice. */
  readonly corrections: number;
  /** Rows that made roll-ups agree. */
  readonly rows: number;
}

/** Traces that are looked at in one go. */
const CHUNK = 1_000;
/** Two collectors that find the same difference within this time count it once. */
const EPOCH_MS = 600_000;
const DAY_NS = 86_400_000_000_000n;

async function sharedTraces(
  pipeline: SpanPipeline,
  sinceSeconds: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await pipeline.store.query<{ project: string; trace_id: string }>(
    `SELECT project, trace_id FROM spans
     WHERE (project, trace_id) IN (SELECT project, trace_id FROM spans WHERE inserted >= {since:UInt32})
     GROUP BY project, trace_id HAVING uniqExact(collector) > 1 ORDER BY project, trace_id`,
    { since: Math.max(0, sinceSeconds) },
  );
  const traces = new Map<string, string[]>();
  for (const { project, trace_id: traceId } of rows) {
    const list = traces.get(project);
    if (list) list.push(traceIdOf(traceId));
    else traces.set(project, [traceIdOf(traceId)]);
  }
  return traces;
}

/** Users and days whose figures a settling touched. */
class Touched {
  readonly users = new Set<string>();
  first = 65_535;
  last = 0;

  add(row: CallRow): void {
    this.users.add(row.user_id);
    const day = Number(BigInt(row.start_ns) / DAY_NS);
    this.first = Math.min(this.first, day);
    this.last = Math.max(this.last, Math.min(day, 65_535));
  }
}

/** Decides the calls of shared traces from all their spans, whoever received them. */
async function decide(
  pipeline: SpanPipeline,
  builder: PlanBuilder,
  project: string,
  traceIds: readonly string[],
): Promise<Touched> {
  const touched = new Touched();
  const { traces, strays } = await loadTracesTogether(
    pipeline.store,
    project,
    traceIds,
    pipeline.readOptionsOf(project),
  );
  for (const stray of strays) {
    builder.move({ before: stray });
    touched.add(stray);
  }
  for (const together of groupTogether(traces)) {
    for (const { calls } of together) {
      for (const { counted } of calls.values()) if (counted !== undefined) touched.add(counted);
    }
    for (const correction of resolveTraces(together, builder.version)) {
      builder.move(correction);
      if (correction.before !== undefined) touched.add(correction.before);
      if (correction.after !== undefined) touched.add(correction.after);
    }
  }
  return touched;
}

/** Turns the difference of a totals row around: what users have too much or too little, the project has. */
function totalsRow(keys: readonly Cell[], sums: readonly Cell[]): Cell[] {
  const [project, hour, user, ...dimensions] = keys;
  return [project ?? '', hour ?? 0, user === '' ? 0 : 1, ...dimensions, 0, ...sums];
}

async function addDifferences(
  pipeline: SpanPipeline,
  table: Exclude<Rollup, 'totals_hour'>,
  scope: Scope,
  rows: RowBuffer,
): Promise<void> {
  const { keys, sums } = differenceColumns(table);
  const found = await pipeline.store.query<Record<string, Cell>>(
    differenceSql(table, scope),
    scopeParameters(scope),
  );
  for (const row of found) {
    const keyCells = keys.map((name) => row[name] ?? '');
    const sumCells = sums.map((name) => row[name] ?? 0);
    // Times of a thread stay as they are: a minimum and a maximum cannot be taken back.
    const times = table === 'threads' ? ['9223372036854775807', '0'] : [];
    rows.add(table, [...keyCells, ...times, 0, ...sumCells]);
    if (table === 'usage_hour') rows.add('totals_hour', totalsRow(keyCells, sumCells));
  }
}

/**
 * Makes the roll-ups agree with the calls, by what differs.
 *
 * The token of what is inserted is what differs itself, and the time, coarsely: of two collectors that find the same
 * difference one is heard. Should both be, the next settling finds what is too much and takes it back.
 */
async function reconcile(pipeline: SpanPipeline, scope: Scope, nowMs: number): Promise<number> {
  const rows = new RowBuffer();
  for (const table of ['usage_hour', 'usage_day', 'threads'] as const) {
    await addDifferences(pipeline, table, scope, rows);
  }
  let count = 0;
  for (const insert of rows.inserts('settle')) {
    const sorted = insert.body.toString('utf8').split('\n').sort().join('\n');
    const hash = createHash('sha256')
      .update(`${Math.floor(nowMs / EPOCH_MS)}\0${insert.table}\0${sorted}`)
      .digest('hex');
    await pipeline.store.insert({
      ...insert,
      body: Buffer.from(`${sorted.trim()}\n`),
      token: `settle:${hash}`,
    });
    count += rows.rowsOf(insert.table);
  }
  return count;
}

/**
 * Puts right what no collector alone could know: traces whose spans several of them received, and spans that two of them
 * counted. Safe to run on all collectors of a store at once.
 */
export async function settle(
  pipeline: SpanPipeline,
  sinceSeconds: number,
  nowMs: number,
): Promise<Settlement> {
  const shared = await sharedTraces(pipeline, sinceSeconds);
  const settlement = { traces: 0, corrections: 0, rows: 0 };
  for (const [project, traceIds] of shared) {
    for (let at = 0; at < traceIds.length; at += CHUNK) {
      const chunk = traceIds.slice(at, at + CHUNK);
      settlement.traces += chunk.length;
      const touched = await pipeline.change(`settle-${randomUUID()}`, async (builder) => {
        const found = await decide(pipeline, builder, project, chunk);
        settlement.corrections += builder.corrected + builder.counted;
        return found;
      });
      if (touched.users.size === 0) continue;
      const scope = {
        project,
        userIds: [...touched.users],
        days: [touched.first, touched.last + 1],
      } as const;
      settlement.rows += await reconcile(pipeline, scope, nowMs);
    }
  }
  return settlement;
}
