import { deleteRows } from '../engine/delete-rows.ts';
import { numberOf, uuidOf } from '../engine/ids.ts';
import type { Mutation, Parameters, Store } from '../engine/store.ts';
import { tombstoneHash } from './tombstones.ts';

/** Mutations that remove rows, and how far back they change figures of other users. */
export interface Removal {
  readonly mutations: readonly Mutation[];
  /**
   * Rows of any user that began before this time may be removed, in milliseconds since the Unix epoch. 0 if only rows of
   * erased users are removed.
   */
  readonly deletedBeforeMs: number;
}

/** The properties of the store that mutations depend on. */
type Target = Pick<Store, 'cluster'>;

/** Tables whose rows name their user. */
const USER_TABLES = [
  'calls',
  'usage_changes',
  'usage_by_minute',
  'usage_day',
  'threads',
  'thread_entries',
  'profiles',
] as const;
/** Tables whose rows name a user as `user:<id>`. */
const SUBJECT_TABLES = ['alert_states', 'deliveries'] as const;
/** Tables whose rows name their service. */
const SERVICE_TABLES = [
  'spans',
  'thread_entries',
  'calls',
  'calls_unattributed',
  'usage_by_minute',
  'usage_day',
  'totals_by_minute',
  'totals_quarter',
] as const;
/** `msg_` and forty hex digits; the channel follows. */
const DIGEST_ID_LENGTH = 44;
const NS_PER_DAY = 86_400_000_000_000n;
const SECONDS_PER_DAY = 86_400;
const MS_PER_DAY = 86_400_000;

/** Removes everything that began before a day: spans, calls, roll-ups, and threads and profiles not seen since. */
export function removeBefore(store: Target, day: number): Removal {
  const before = { ns: String(BigInt(day) * NS_PER_DAY) };
  const second = { second: day * SECONDS_PER_DAY };
  const mutations = [
    ...['spans', 'calls', 'calls_unattributed'].map((table) =>
      deleteRows(store, table, 'start_ns < {ns:Int64}', before),
    ),
    ...['contents', 'thread_entries'].map((table) => deleteRows(store, table, 'at_ns < {ns:Int64}', before)),
    deleteRows(store, 'trace_links', 'received < {second:UInt32}', second),
    deleteRows(store, 'totals_quarter', 'quarter < {second:UInt32}', second),
    ...['usage_by_minute', 'totals_by_minute'].map((table) =>
      deleteRows(store, table, 'minute < {second:UInt32}', second),
    ),
    deleteRows(store, 'usage_day', 'day < {day:UInt16}', { day }),
    deleteRows(store, 'profiles', notSeenSince('project, user_id', 'profiles'), before),
    deleteRows(store, 'threads', notSeenSince('project, user_id, thread_id', 'threads'), before),
  ];
  return { mutations, deletedBeforeMs: day * MS_PER_DAY };
}

/**
 * Condition for keys that were not seen since a day. Uses all rows of a key, because a single row does not tell when it
 * was last seen.
 */
function notSeenSince(keys: string, table: string): string {
  return `(${keys}) NOT IN (SELECT ${keys} FROM ${table} GROUP BY ${keys} HAVING max(last_ns) >= {ns:Int64})`;
}

/**
 * Removes users: profile, calls, roll-ups, threads, and aliases in either direction.
 *
 * The engine keeps the text of mutations on disk for a long time, so they contain only hashes of the ids.
 */
export function removeUsers(store: Target, project: string, userIds: readonly string[]): Removal {
  const parameters = { project, hashes: userIds.map((id) => tombstoneHash(project, 'user', id)) };
  const where = (...columns: readonly string[]): string =>
    `project = {project:String} AND (${columns.map((column) => `${hashOf(column)} IN {hashes:Array(String)}`).join(' OR ')})`;
  const mutations = [
    ...USER_TABLES.map((table) => deleteRows(store, table, where('user_id'), parameters)),
    // A digest names all users whose messages it contains.
    deleteRows(
      store,
      'deliveries',
      `project = {project:String} AND substring(id, 1, ${DIGEST_ID_LENGTH}) IN (
         SELECT extract(value, 'part of (msg_[0-9a-f]+)') FROM deliveries
         WHERE state = 'merged' AND startsWith(subject, 'user:') AND ${where('substring(subject, 6)')})`,
      parameters,
    ),
    ...SUBJECT_TABLES.map((table) =>
      // A subject is `user:` and the id.
      deleteRows(
        store,
        table,
        `startsWith(subject, 'user:') AND ${where('substring(subject, 6)')}`,
        parameters,
      ),
    ),
    deleteRows(store, 'aliases', where('alias_id', 'user_id', 'canonical'), parameters),
  ];
  return { mutations, deletedBeforeMs: 0 };
}

/** The SQL of {@link tombstoneHash} for a user's id. */
function hashOf(column: string): string {
  return `lower(hex(SHA256(concat('user', char(0), project, char(0), ${column}))))`;
}

/** Spans to remove, by their ids in hex digits. */
export interface SpanRemoval {
  /** Traces that are removed completely. */
  readonly traceIds: readonly string[];
  readonly spans: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** Removes spans with their recorded content and with the messages and feedback that they represent. */
export function removeSpans(store: Target, project: string, { traceIds, spans }: SpanRemoval): Removal {
  const where = (id: string): string =>
    `project = {project:String} AND (trace_id IN {whole:Array(UUID)} OR concat(toString(trace_id), ':', toString(${id})) IN {parts:Array(String)})`;
  const parameters = {
    project,
    whole: traceIds.map(uuidOf),
    parts: spans.map(({ traceId, spanId }) => `${uuidOf(traceId)}:${numberOf(spanId)}`),
  };
  // None of these tables has figures.
  return {
    mutations: [
      deleteRows(store, 'spans', where('id'), parameters),
      ...['contents', 'thread_entries'].map((table) =>
        deleteRows(store, table, where('span_id'), parameters),
      ),
    ],
    deletedBeforeMs: 0,
  };
}

/** Removes everything that one service sent, and users (with their revenue) and threads whose ids start with a prefix. */
export function removeService(
  store: Target,
  project: string,
  { service, prefix }: { readonly service: string; readonly prefix: string },
): Removal {
  const byService: Parameters = { project, service };
  const byPrefix: Parameters = { project, prefix };
  const startsWith = (column: string): string =>
    `project = {project:String} AND startsWith(${column}, {prefix:String})`;
  const mutations = [
    ...SERVICE_TABLES.map((table) =>
      deleteRows(store, table, 'project = {project:String} AND service = {service:String}', byService),
    ),
    deleteRows(store, 'threads', startsWith('thread_id'), byPrefix),
    deleteRows(store, 'profiles', startsWith('user_id'), byPrefix),
    deleteRows(store, 'revenue', startsWith('customer'), byPrefix),
  ];
  return { mutations, deletedBeforeMs: Number.MAX_SAFE_INTEGER };
}
