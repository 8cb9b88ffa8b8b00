/**
 * Copies the spans of an embedded store of an older version into a table of the current layout, which takes 5 bytes less
 * per span. It runs at the start, before anything else writes to the store.
 *
 * The copy is made one month at a time in a table beside the old one, and then takes its place in one step. A crash leaves:
 *
 * - Before the exchange: the old table, and a part of the copy. The next start keeps the months that are complete.
 * - After the exchange: the new table, and the old one under the name of the copy. The next start removes it.
 *
 * Both layouts have the same names for readers and writers. So a store whose disk has no room for the copy is used as it
 * is, and the next start tries again. Stores on servers keep their table, because other collectors write to it.
 */
import { createTable } from '../ddl.ts';
import { tableOf } from '../schema.ts';
import { StoreError } from '../store-error.ts';
import type { Store } from '../store.ts';

/** Number of the migration after which spans can be read and written in both layouts. */
export const COPIED_SINCE = 16;

/** Name of the copy. Only between the beginning and the end of {@link copySpans}. */
export const SPANS_COPY = 'spans_copy';

/** What a copy takes, and whether it is made. */
export interface SpansToCopy {
  readonly spans: number;
  readonly neededBytes: number;
  readonly freeBytes: number;
  readonly hasRoom: boolean;
}

const COLUMNS = [...Object.keys(tableOf('spans').columns), 'inserted'].join(', ');
/** Blocks of some ten megabytes, so that the engine's memory does not depend on the size of the store. */
const BOUNDED =
  'insert_deduplicate = 0, max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 200000, min_insert_block_size_bytes = 67108864, max_execution_time = 0';
/** The old table and the copy exist at the same time, and the engine merges the copy. */
const ROOM_PER_BYTE = 1.5;
const LEAST_ROOM = 64 << 20;
const MAX_SECONDS = 86_400;

/**
 * Copies the spans if their table has the former layout.
 *
 * @param onBegin called before the first change
 */
export async function copySpans(store: Store, onBegin: (copy: SpansToCopy) => Promise<void>): Promise<void> {
  const { isCurrent, hasCopy } = await layoutOf(store);
  if (isCurrent) return hasCopy ? dropCopy(store) : undefined;
  const copy = await measure(store);
  await onBegin(copy);
  // A later attempt must not find rows that are deleted in the meantime.
  if (!copy.hasRoom) return dropCopy(store);
  for (const statement of createTable({ ...tableOf('spans'), name: SPANS_COPY })) {
    await store.execute(statement);
  }
  const months = await store.query<{ month: string }>(
    `SELECT DISTINCT partition_id AS month FROM system.parts
     WHERE active AND database = currentDatabase() AND table = 'spans' AND rows > 0 ORDER BY month`,
  );
  for (const { month } of months) await copyMonth(store, month);
  await store.execute(`EXCHANGE TABLES spans AND ${SPANS_COPY}`);
  await dropCopy(store);
}

async function copyMonth(store: Store, month: string): Promise<void> {
  const expected = await contentOf(store, 'spans', month);
  if ((await contentOf(store, SPANS_COPY, month)) === expected) return;
  await store.execute(`ALTER TABLE ${SPANS_COPY} DROP PARTITION ID {month:String}`, { month });
  await store.execute(
    `INSERT INTO ${SPANS_COPY} (${COLUMNS}) SELECT ${COLUMNS} FROM spans FINAL WHERE _partition_id = {month:String} SETTINGS ${BOUNDED}`,
    { month },
  );
  if ((await contentOf(store, SPANS_COPY, month)) === expected) return;
  throw new StoreError(
    `The spans of month ${month} could not be copied: the copy differs. Nothing was lost. Start again; if this is repeated, restore a backup.`,
  );
}

/** Number of spans of a month, and a checksum of their ids and times. */
async function contentOf(store: Store, table: string, month: string): Promise<string> {
  const [row] = await store.query<{ content: string }>(
    `SELECT concat(toString(count()), ' ', toString(groupBitXor(cityHash64(
       project, trace_id, id, parent_id, collector, start_ns, duration_ns, user_id, received, inserted)))) AS content
     FROM ${table} FINAL WHERE _partition_id = {month:String}`,
    { month },
    { isBackground: true, maxSeconds: MAX_SECONDS },
  );
  return row?.content ?? '';
}

async function layoutOf(store: Store): Promise<{ readonly isCurrent: boolean; readonly hasCopy: boolean }> {
  const tables = await store.query<{ table: string; ids: string }>(
    `SELECT table, toString(countIf(name = 'ids')) AS ids FROM system.columns
     WHERE database = currentDatabase() AND table IN {names:Array(String)} GROUP BY table`,
    { names: ['spans', SPANS_COPY] },
  );
  return {
    isCurrent: tables.some(({ table, ids }) => table === 'spans' && ids === '1'),
    hasCopy: tables.some(({ table }) => table === SPANS_COPY),
  };
}

async function measure(store: Store): Promise<SpansToCopy> {
  const [row] = await store.query<{ spans: string; bytes: string; free: string }>(
    `SELECT sum(rows) AS spans, sum(bytes_on_disk) AS bytes, (SELECT min(unreserved_space) FROM system.disks) AS free
     FROM system.parts WHERE active AND database = currentDatabase() AND table = 'spans'`,
  );
  const neededBytes = Math.ceil(Number(row?.bytes ?? 0) * ROOM_PER_BYTE) + LEAST_ROOM;
  const freeBytes = Number(row?.free ?? 0);
  return { spans: Number(row?.spans ?? 0), neededBytes, freeBytes, hasRoom: freeBytes >= neededBytes };
}

function dropCopy(store: Store): Promise<void> {
  // Without a limit of the size, which is 50 GB by default.
  return store.execute(`DROP TABLE IF EXISTS ${SPANS_COPY} SYNC SETTINGS max_table_size_to_drop = 0`);
}
