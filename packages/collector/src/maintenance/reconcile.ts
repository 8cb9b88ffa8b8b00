import { randomUUID } from 'node:crypto';

import { TimeSlice } from '../runtime/time-slice.ts';
import type { CallRow } from '../storage/write/call-row.ts';
import { groupLinkedTraces } from '../storage/read/traces/load-linked-traces.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import type { RepairAfterCrash } from './repair-after-crash.ts';
import { linkSharedRequests } from './link-shared-requests.ts';
import { repairRollups } from './repair-rollups.ts';
import { resolveTraces } from '../attribution/resolve-state.ts';

/** The result of a reconciliation. */
export interface Reconciliation {
  /** Number of traces that were attributed again. */
  readonly traces: number;
  /** Number of calls that changed their user or were counted twice. */
  readonly corrections: number;
  /** Number of rows that were added to roll-ups. */
  readonly rows: number;
}

/** Number of traces per step. */
const CHUNK = 1_000;
const DAY_NS = 86_400_000_000_000n;

/** Users and days whose figures a reconciliation changed. */
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

/** Attributes the calls of traces from all of their spans and adds the changes, without roll-ups, to the write batch. */
export async function decideCalls(
  pipeline: SpanPipeline,
  builder: WriteBatchBuilder,
  project: string,
  traceIds: readonly string[],
): Promise<Touched> {
  const touched = new Touched();
  const slice = new TimeSlice();
  const { traces, surplusRows } = await pipeline.store.traces.loadLinkedTraces(
    project,
    traceIds,
    pipeline.readOptionsOf(project),
  );
  for (const surplus of surplusRows) {
    builder.move({ before: surplus });
    touched.add(surplus);
  }
  for (const group of groupLinkedTraces(traces)) {
    for (const { calls } of group) {
      for (const { counted } of calls.values()) if (counted !== undefined) touched.add(counted);
    }
    const corrected = resolveTraces(group, builder.version, (correction) => {
      builder.move(correction);
      if (correction.before !== undefined) touched.add(correction.before);
      if (correction.after !== undefined) touched.add(correction.after);
    });
    await slice.run(corrected);
  }
  return touched;
}

/**
 * Reconciles traces whose spans arrived at several collectors, and spans and requests that two collectors counted,
 * because no single collector has all of them. May run on all collectors of a store at the same time.
 *
 * Calls are corrected first and their sums afterwards. After a crash in between, the previous users of the calls are
 * unknown, so `repair.during` then compares all sums.
 */
export async function reconcile(
  pipeline: SpanPipeline,
  sinceSeconds: number,
  nowMs: number,
  repair?: Pick<RepairAfterCrash, 'during'>,
): Promise<Reconciliation> {
  const shared = new Map<string, Set<string>>();
  const found = [
    await pipeline.store.traces.readSharedTraces(sinceSeconds),
    await linkSharedRequests(pipeline, sinceSeconds, nowMs),
  ];
  for (const [project, traceIds] of found.flatMap((each) => [...each])) {
    const all = shared.get(project) ?? new Set();
    for (const id of traceIds) all.add(id);
    shared.set(project, all);
  }
  const ids = new Map([...shared].map(([project, traceIds]) => [project, [...traceIds]]));
  const work = (): Promise<Reconciliation> => reconcileTraces(pipeline, ids, nowMs);
  return repair === undefined || ids.size === 0 ? work() : repair.during(pipeline, work);
}

/** Tolerance for receive times, which are nearly in the order of the log. */
const STAMP_SECONDS = 3_600;

/**
 * Reconciles traces that continued after `TraceFilter` had forgotten them, so that their late spans were treated as a
 * new trace.
 *
 * @param sinceSeconds only traces with a span that was inserted since then, in seconds since the Unix epoch.
 */
export async function reconcileLateTraces(
  pipeline: SpanPipeline,
  sinceSeconds: number,
  nowMs: number,
  repair?: Pick<RepairAfterCrash, 'during'>,
): Promise<Reconciliation> {
  const sum = { traces: 0, corrections: 0, rows: 0 };
  const gapSeconds = pipeline.traceMemory.windowMs / 1000 - STAMP_SECONDS;
  for await (const { project, traceIds } of pipeline.store.traces.readLateTraces({
    sinceSeconds,
    gapSeconds,
  })) {
    const work = (): Promise<Reconciliation> =>
      reconcileTraces(pipeline, new Map([[project, traceIds]]), nowMs);
    const { traces, corrections, rows } = await (repair === undefined
      ? work()
      : repair.during(pipeline, work));
    sum.traces += traces;
    sum.corrections += corrections;
    sum.rows += rows;
  }
  return sum;
}

async function reconcileTraces(
  pipeline: SpanPipeline,
  shared: ReadonlyMap<string, readonly string[]>,
  nowMs: number,
): Promise<Reconciliation> {
  const reconciliation = { traces: 0, corrections: 0, rows: 0 };
  for (const [project, traceIds] of shared) {
    for (let at = 0; at < traceIds.length; at += CHUNK) {
      const chunk = traceIds.slice(at, at + CHUNK);
      reconciliation.traces += chunk.length;
      const touched = await pipeline.change(`reconcile-${randomUUID()}`, async (builder) => {
        const found = await decideCalls(pipeline, builder, project, chunk);
        reconciliation.corrections += builder.corrected + builder.counted;
        return found;
      });
      if (touched.users.size === 0) continue;
      const range = {
        project,
        userIds: [...touched.users],
        days: [touched.first, touched.last + 1],
      } as const;
      reconciliation.rows += await repairRollups(pipeline, range, nowMs);
    }
  }
  return reconciliation;
}
