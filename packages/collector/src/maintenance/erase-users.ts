import { createHash, randomUUID } from 'node:crypto';

import { numberOf, traceIdOf, uuidOf } from '../storage/engine/ids.ts';
import { MEASURES } from '../storage/engine/schema.ts';
import { deleteRows } from '../storage/engine/delete-rows.ts';
import type { Store } from '../storage/engine/store.ts';
import { loadTraces } from '../storage/read/traces/load-traces.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { PlanBuilder } from '../storage/write/write-batch.ts';
import type { Cell } from '../storage/write/row-buffer.ts';
import { spansOfUsers } from '../attribution/spans-of-users.ts';
import { tombstoneHash } from '../storage/write/tombstones.ts';

/** What was erased. */
export interface Erasure {
  /** Number of this erasure, for whoever asks later. */
  readonly receipt: string;
  /** SHA-256 of the id: the id itself is not kept. */
  readonly user: string;
  readonly atMs: number;
  readonly calls: number;
  readonly spans: number;
  readonly threads: number;
  readonly profiles: number;
  readonly aliases: number;
}

const CHUNK = 2_000;
const TABLES_BY_USER = [
  'calls',
  'usage_changes',
  'usage_minute',
  'usage_hour',
  'usage_day',
  'threads',
  'profiles',
] as const;

async function count(store: Store, sql: string, project: string, ids: readonly string[]): Promise<number> {
  const [row] = await store.query<{ n: string }>(sql, { project, ids });
  return Number(row?.n ?? 0);
}

/** Ids of the traces that users were in. */
export async function tracesOfUsers(
  store: Store,
  project: string,
  ids: readonly string[],
): Promise<string[]> {
  const where = 'WHERE project = {project:String} AND user_id IN {ids:Array(String)}';
  const rows = await store.query<{ trace_id: string }>(
    `SELECT DISTINCT trace_id FROM (SELECT trace_id FROM spans ${where} UNION ALL SELECT trace_id FROM calls ${where})
     ORDER BY trace_id`,
    { project, ids },
  );
  return rows.map((row) => traceIdOf(row.trace_id));
}

async function deleteSpans(
  pipeline: SpanPipeline,
  builder: PlanBuilder,
  project: string,
  ids: readonly string[],
  atMs: number,
): Promise<number> {
  const { store } = pipeline;
  const wanted = new Set(ids);
  const traceIds = await tracesOfUsers(store, project, ids);
  let spans = 0;
  for (let at = 0; at < traceIds.length; at += CHUNK) {
    const { traces } = await loadTraces(store, project, traceIds.slice(at, at + CHUNK));
    const whole: string[] = [];
    const parts: string[] = [];
    for (const trace of traces.values()) {
      const found = spansOfUsers(trace.spans, wanted);
      spans += found.size;
      if (found.size === trace.spans.size) {
        whole.push(uuidOf(trace.traceId));
        pipeline.tombstones.add(project, 'trace', trace.traceId, atMs);
        addTombstone(builder, project, 'trace', trace.traceId, atMs);
      } else for (const spanId of found) parts.push(`${uuidOf(trace.traceId)}:${numberOf(spanId)}`);
    }
    const where =
      "project = {project:String} AND (trace_id IN {whole:Array(UUID)} OR concat(toString(trace_id), ':', toString(span_id)) IN {parts:Array(String)})";
    for (const table of ['spans', 'contents']) {
      builder.mutations.push(deleteRows(store, table, where, { project, whole, parts }));
    }
  }
  return spans;
}

function addTombstone(
  builder: PlanBuilder,
  project: string,
  kind: 'user' | 'trace',
  id: string,
  atMs: number,
): void {
  const hash = tombstoneHash(project, kind, id);
  builder.rows.add('tombstones', [project, kind, hash, String(atMs), String(builder.version), 0]);
}

/** Takes what the users used out of the project's totals, which know no users. */
async function takeFromTotals(
  store: Store,
  builder: PlanBuilder,
  project: string,
  ids: readonly string[],
): Promise<void> {
  const sums = MEASURES.map((measure) => `toString(-sum(${measure})) AS _${measure}`);
  for (const unit of ['minute', 'hour'] as const) {
    const rows = await store.query<Record<string, Cell>>(
      `SELECT project, ${unit}, provider, model, service, operation, scope, tags, ${sums.join(', ')} FROM usage_${unit}
       WHERE project = {project:String} AND user_id IN {ids:Array(String)} AND calls != 0
       GROUP BY project, ${unit}, provider, model, service, operation, scope, tags`,
      { project, ids },
    );
    for (const row of rows) {
      const { provider, model, service, operation, scope, tags } = row;
      const what = [provider, model, service, operation, scope, tags].map((cell) => cell ?? '');
      const measures = MEASURES.map((measure) => (measure === 'seen' ? 0 : (row[`_${measure}`] ?? 0)));
      builder.rows.add(`totals_${unit}`, [project, row[unit] ?? 0, 1, ...what, ...measures]);
    }
  }
}

/**
 * Erases users from the store: who they are, their calls, their spans and what was added up of them. A tombstone, which
 * holds a hash only, stops what began before and arrives later.
 */
export async function eraseUsers(
  pipeline: SpanPipeline,
  project: string,
  ids: readonly [string, ...string[]],
  atMs: number,
): Promise<Erasure> {
  const receipt = randomUUID();
  const { store } = pipeline;
  return pipeline.change(`erase-${receipt}`, async (builder) => {
    const by = 'WHERE project = {project:String} AND user_id IN {ids:Array(String)}';
    const erasure = {
      receipt,
      user: createHash('sha256').update(ids[0]).digest('hex'),
      atMs,
      calls: await count(store, `SELECT count() AS n FROM calls FINAL ${by}`, project, ids),
      threads: await count(store, `SELECT uniqExact(thread_id) AS n FROM threads ${by}`, project, ids),
      profiles: await count(store, `SELECT uniqExact(user_id) AS n FROM profiles ${by}`, project, ids),
      aliases: ids.length - 1,
    };
    for (const id of ids) {
      pipeline.tombstones.add(project, 'user', id, atMs);
      addTombstone(builder, project, 'user', id, atMs);
    }
    await takeFromTotals(store, builder, project, ids);
    const spans = await deleteSpans(pipeline, builder, project, ids, atMs);
    for (const table of TABLES_BY_USER) {
      const where = 'project = {project:String} AND user_id IN {ids:Array(String)}';
      builder.mutations.push(deleteRows(store, table, where, { project, ids }));
    }
    const isAlias =
      'project = {project:String} AND (alias_id IN {ids:Array(String)} OR user_id IN {ids:Array(String)} OR canonical IN {ids:Array(String)})';
    builder.mutations.push(deleteRows(store, 'aliases', isAlias, { project, ids }));
    return { ...erasure, spans };
  });
}
