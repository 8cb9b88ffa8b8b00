import { randomUUID } from 'node:crypto';

import { traceIdOf } from '../storage/engine/ids.ts';
import type { CallRow } from '../storage/write/call-row.ts';
import { groupTogether, loadTracesTogether } from '../storage/read/traces/load-traces-together.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { PlanBuilder } from '../storage/write/write-batch.ts';
import { reconcile } from './repair-rollups.ts';
import { resolveTraces } from '../attribution/resolve-state.ts';

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
