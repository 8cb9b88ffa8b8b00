import { randomUUID } from 'node:crypto';

import { quoteName } from '../storage/engine/ddl.ts';
import { deleteRows } from '../storage/engine/delete-rows.ts';
import type { Store } from '../storage/engine/store.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';

/** How long, or how much, is kept. */
export interface Retention {
  readonly days?: number;
  readonly bytes?: number;
}

const DAY_MS = 86_400_000;
/** Share of the allowed size that is left after older days were deleted, so that it is not done again at once. */
const REMAINING = 0.9;

/** Bytes of the store's tables; on a cluster those of every shard, each counted once. */
export async function storeBytes(store: Store): Promise<number> {
  const { cluster } = store;
  const parts = cluster === undefined ? 'system.parts' : `cluster(${quoteName(cluster)}, system.parts)`;
  // The database is told by this node: another's connection may be in another one.
  const [row] = await store.query<{ bytes: string }>(
    `SELECT sum(bytes_on_disk) AS bytes FROM ${parts} WHERE active AND database = (SELECT currentDatabase())`,
  );
  return Number(row?.bytes ?? 0);
}

/** The day that has to be the first, so that so much of the spans goes. */
async function dayOfShare(store: Store, share: number): Promise<number> {
  const [row] = await store.query<{ day: string }>(
    `SELECT toInt64(quantile(${share.toFixed(6)})(intDiv(start_ns, 86400000000000))) + 1 AS day FROM spans`,
  );
  return Number(row?.day ?? 0);
}

/**
 * Deletes what began before a day, everywhere: spans, calls, roll-ups, and threads and profiles that were not seen since.
 * Whole days only, so that roll-ups go on agreeing with the calls.
 */
export async function deleteBefore(pipeline: SpanPipeline, day: number): Promise<void> {
  const { store } = pipeline;
  await pipeline.change(`retention-${day}-${randomUUID()}`, async (builder) => {
    const ns = String(BigInt(day) * BigInt(DAY_MS) * 1_000_000n);
    const before = { ns };
    for (const table of ['spans', 'calls', 'calls_unattributed']) {
      builder.mutations.push(deleteRows(store, table, 'start_ns < {ns:Int64}', before));
    }
    builder.mutations.push(deleteRows(store, 'contents', 'at_ns < {ns:Int64}', before));
    const hour = { hour: day * 86_400 };
    builder.mutations.push(deleteRows(store, 'trace_links', 'received < {hour:UInt32}', hour));
    builder.mutations.push(deleteRows(store, 'usage_hour', 'hour < {hour:UInt32}', hour));
    builder.mutations.push(deleteRows(store, 'totals_hour', 'hour < {hour:UInt32}', hour));
    builder.mutations.push(deleteRows(store, 'usage_minute', 'minute < {hour:UInt32}', hour));
    builder.mutations.push(deleteRows(store, 'totals_minute', 'minute < {hour:UInt32}', hour));
    builder.mutations.push(deleteRows(store, 'usage_day', 'day < {day:UInt16}', { day }));
    // A row alone does not tell when a user was last seen: only all of its rows do.
    const seenSince = (keys: string, table: string): string =>
      `(${keys}) NOT IN (SELECT ${keys} FROM ${table} GROUP BY ${keys} HAVING max(last_ns) >= {ns:Int64})`;
    const profile = seenSince('project, user_id', 'profiles');
    builder.mutations.push(deleteRows(store, 'profiles', profile, before));
    const thread = seenSince('project, user_id, thread_id', 'threads');
    builder.mutations.push(deleteRows(store, 'threads', thread, before));
  });
}

/** Keeps the store within its age and size. Returns the first day that is kept, where something was deleted. */
export async function retain(
  pipeline: SpanPipeline,
  { days, bytes }: Retention,
  nowMs: number,
): Promise<number | undefined> {
  const { store } = pipeline;
  let first = days === undefined ? 0 : Math.floor(nowMs / DAY_MS) - days + 1;
  if (bytes !== undefined) {
    const used = await storeBytes(store);
    if (used > bytes) first = Math.max(first, await dayOfShare(store, 1 - (bytes * REMAINING) / used));
  }
  if (first <= 0) return undefined;
  const old = await store.query(`SELECT 1 AS one FROM spans WHERE start_ns < {ns:Int64} LIMIT 1`, {
    ns: BigInt(first) * BigInt(DAY_MS) * 1_000_000n,
  });
  if (old.length === 0) return undefined;
  await deleteBefore(pipeline, first);
  return first;
}
