import type { RecentAnswers } from './query/recent-answers.ts';
import { quoteName } from '../engine/ddl.ts';
import type { Store } from '../engine/store.ts';

/** Bytes on disk of the store's tables; on a cluster those of every shard, each replica counted once. */
export async function readStoreBytes(store: Store): Promise<number> {
  const { cluster } = store;
  const parts = cluster === undefined ? 'system.parts' : `cluster(${quoteName(cluster)}, system.parts)`;
  // currentDatabase() is evaluated on this node: another node's connection may use another database.
  const [row] = await store.query<{ bytes: string }>(
    `SELECT sum(bytes_on_disk) AS bytes FROM ${parts} WHERE active AND database = (SELECT currentDatabase())`,
  );
  return Number(row?.bytes ?? 0);
}

/** The first day to keep so that this share (0 to 1) of the spans is deleted; days since the Unix epoch. */
export async function readDayOfShare(store: Store, share: number): Promise<number> {
  const [row] = await store.query<{ day: string }>(
    `SELECT toInt64(quantile(${share.toFixed(6)})(intDiv(start_ns, 86400000000000))) + 1 AS day FROM spans`,
  );
  return Number(row?.day ?? 0);
}

/** Whether a stored span began before this time, in nanoseconds since the Unix epoch. */
export async function hasSpansBefore(store: Store, ns: bigint): Promise<boolean> {
  const rows = await store.query(`SELECT 1 AS one FROM spans WHERE start_ns < {ns:Int64} LIMIT 1`, { ns });
  return rows.length > 0;
}

/** Whether a project has received a span. */
export async function hasSpans(answers: RecentAnswers, project: string): Promise<boolean> {
  const rows = await answers.query('SELECT 1 AS one FROM spans WHERE project = {project:String} LIMIT 1', {
    project,
  });
  return rows.length > 0;
}

/** Reads the size of the store. */
export interface SizeReader {
  /** Bytes on disk of the store's tables; on a cluster those of every shard, each replica counted once. */
  readStoreBytes(): Promise<number>;
  /** The first day to keep so that this share (0 to 1) of the spans is deleted; days since the Unix epoch. */
  readDayOfShare(share: number): Promise<number>;
  /** Whether a stored span began before this time, in nanoseconds since the Unix epoch. */
  hasSpansBefore(ns: bigint): Promise<boolean>;
  /** Whether a project has received a span. */
  hasSpans(project: string): Promise<boolean>;
}

export function sizeReader(store: Store, answers: RecentAnswers): SizeReader {
  return {
    readStoreBytes: () => readStoreBytes(store),
    readDayOfShare: (share) => readDayOfShare(store, share),
    hasSpansBefore: (ns) => hasSpansBefore(store, ns),
    hasSpans: (project) => hasSpans(answers, project),
  };
}
