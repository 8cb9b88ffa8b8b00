import { spanIdOf, traceIdOf, uuidOf, numberOf } from '../../engine/ids.ts';
import { Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { JSON_TEXT_AT, matchingUsers } from '../query/filters.ts';
import { containsWords, folded, wordsOf } from '../query/folded-text.ts';
import type { ReadContext, ReaderContext } from '../query/read-context.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { readProfiles } from '../users/profiles-query.ts';
import { hasGroup, hasTag } from './known-subjects.ts';

export const FOUND_KINDS = ['user', 'group', 'feature', 'model', 'thread', 'call'] as const;

/** A result of a search. */
export interface Found {
  readonly kind: (typeof FOUND_KINDS)[number];
  /** Id of the user or thread, name of the group, feature (tag) or model, `<trace id>-<span id>` of the call. */
  readonly id: string;
  readonly name: string | null;
  /** Further information: an e-mail address, the user of a thread, or which id of a call matched. */
  readonly note: string | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
}

export interface SearchQuery {
  readonly project: string;
  readonly q: string;
  /** Maximum number of results of each kind. */
  readonly limit: number;
}

/** Maximum number of users that are ranked, because a single letter may match all of them. */
const MAX_CANDIDATES = 2_000;

/** Ids have digits or punctuation and no spaces, so a search for a word can skip them. */
const MAYBE_ID = /^(?=.*[\d_\-:])\S{6,}$/;

/** Users, groups, features, models, threads and calls (by any of their ids) that match a text, the best first. */
export async function findAnything(context: ReadContext, query: SearchQuery): Promise<Found[]> {
  const { store } = context;
  const q = idIn(query.q.trim());
  if (q === '') return [];
  const wanted = { ...query, q };
  const parts = [
    MAYBE_ID.test(q) ? findCalls(store, wanted) : Promise.resolve([]),
    findUsers(context, wanted),
    findGroups(store, wanted),
    findNames(store, wanted, 'feature'),
    findNames(store, wanted, 'model'),
    findThreads(context, wanted),
  ];
  return (await Promise.all(parts)).flat();
}

/** A `traceparent` header. */
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/i;
/** A trace or span id as logs contain it: quoted, or after its name. */
const LOGGED_ID = /^(?:["']?[\w.]+["']?\s*[=:]\s*)?["']?([\da-f]{16}|[\da-f]{32})["']?,?$/i;

/** The trace or span id in a text copied from a log, or the text itself. The trace id of a `traceparent`. */
function idIn(text: string): string {
  const value = /^(?:["']?traceparent["']?\s*[=:]\s*)?["']?([\w-]+)["']?,?$/i.exec(text)?.[1] ?? text;
  return (TRACE_PARENT.exec(value) ?? LOGGED_ID.exec(text))?.[1] ?? text;
}

async function findUsers(context: ReadContext, { project, q, limit }: SearchQuery): Promise<Found[]> {
  const sql = new Sql(context.store);
  const sought = folded(sql.text(wordsOf(q).join(' ')));
  const value = (column: string): string =>
    folded(`trimBoth(substring(max(${column}), ${JSON_TEXT_AT}), '"')`);
  const [id, name, email] = [folded('user_id'), value('name'), value('email')];
  const rows = await context.store.query<{ user_id: string }>(
    `SELECT user_id, multiIf(${id} = ${sought} OR ${email} = ${sought}, 0,
         startsWith(${id}, ${sought}) OR startsWith(${name}, ${sought}) OR startsWith(${email}, ${sought}), 1, 2) AS rank
     FROM profiles WHERE project = ${sql.text(project)} AND (user_id = ${sql.text(q)} OR user_id IN (${matchingUsers(project, { q, props: new Map() }, sql, MAX_CANDIDATES)}))
     GROUP BY user_id ORDER BY rank, max(last_ns) DESC, user_id LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  const ids = await Promise.all(rows.map(({ user_id }) => context.aliases.canonicalOf(project, user_id)));
  const profiles = await readProfiles(context.store, project, ids);
  return [...new Set(ids)].map((userId) => {
    const profile = profiles.get(userId);
    return found('user', userId, profile?.name ?? null, profile?.email ?? profile?.group ?? null);
  });
}

async function findGroups(store: Store, { project, q, limit }: SearchQuery): Promise<Found[]> {
  const sql = new Sql(store);
  const name = `trimBoth(substring(\`group\`, ${JSON_TEXT_AT}), '"')`;
  const rows = await store.query<{ name: string; users: string }>(
    `SELECT ${name} AS name, uniqExact(user_id) AS users FROM profiles
     WHERE project = ${sql.text(project)} AND \`group\` != '' AND ${containsWords(
       [name],
       wordsOf(q).map((word) => sql.text(word)),
     )}
     GROUP BY name ORDER BY users DESC, name LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  return rows.map(({ name: group, users }) =>
    found('group', group, group, `${users} ${users === '1' ? 'user' : 'users'}`),
  );
}

/** The columns of the totals with names that a search finds. */
const NAMES = { feature: 'arrayJoin(tags)', model: 'model' } as const;

/** Finds features or models with calls. */
async function findNames(
  store: Store,
  { project, q, limit }: SearchQuery,
  kind: keyof typeof NAMES,
): Promise<Found[]> {
  const sql = new Sql(store);
  const words = wordsOf(q).map((word) => sql.text(word));
  const rows = await store.query<{ name: string; n: string }>(
    `SELECT ${NAMES[kind]} AS name, sum(calls) AS n FROM totals_quarter
     WHERE project = ${sql.text(project)} AND ${sql.isShown}
     GROUP BY name HAVING name != '' AND n > 0 AND ${containsWords(['name'], words)}
     ORDER BY n DESC, name LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  return rows.map(({ name, n }) => found(kind, name, name, `${n} ${n === '1' ? 'call' : 'calls'}`));
}

async function findThreads(
  { store, aliases }: ReadContext,
  { project, q, limit }: SearchQuery,
): Promise<Found[]> {
  const sql = new Sql(store);
  const rows = await store.query<{ thread_id: string; user_id: string }>(
    `SELECT thread_id, anyIf(user_id, user_id != '') AS user_id FROM threads
     WHERE project = ${sql.text(project)} AND (${containsWords(
       ['thread_id'],
       wordsOf(q).map((word) => sql.text(word)),
     )}
       OR thread_id IN (SELECT thread_id FROM thread_entries WHERE project = ${sql.text(project)} AND id = ${sql.text(q)}))
     GROUP BY thread_id HAVING sum(calls) > 0
     ORDER BY thread_id != ${sql.text(q)}, max(last_ns) DESC, thread_id LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  return Promise.all(
    rows.map(async ({ thread_id, user_id }) =>
      found('thread', thread_id, null, (await aliases.canonicalOf(project, user_id)) || null),
    ),
  );
}

interface CallPlace {
  readonly trace_id: string;
  readonly span_id: string;
  readonly model: string;
  readonly by: string;
}

/** Finds calls by trace id, span id, `<trace id>-<span id>`, or response id. */
async function findCalls(store: Store, { project, q, limit }: SearchQuery): Promise<Found[]> {
  const sql = new Sql(store);
  const conditions: [condition: string, by: string][] = [[`response_id = ${sql.text(q)}`, 'response']];
  const hex = q.toLowerCase().replaceAll('-', '');
  const [, trace, span] = /^([0-9a-f]{32})([0-9a-f]{16})?$/.exec(hex) ?? [];
  if (trace !== undefined) {
    const at = span === undefined ? '' : ` AND span_id = ${sql.param(BigInt(numberOf(span)), 'UInt64')}`;
    conditions.push([
      `trace_id = ${sql.param(uuidOf(trace), 'UUID')}${at}`,
      span === undefined ? 'trace' : 'call',
    ]);
  }
  if (/^[0-9a-f]{16}$/.test(hex)) {
    conditions.push([`span_id = ${sql.param(BigInt(numberOf(hex)), 'UInt64')}`, 'span']);
  }
  const by = `multiIf(${conditions.map(([condition, name]) => `${condition}, '${name}'`).join(', ')}, '')`;
  const from = (table: string): string =>
    `SELECT trace_id, span_id, model, start_ns, ${by} AS by FROM ${table} FINAL
     WHERE project = ${sql.text(project)} AND ${sql.isShown} AND (${conditions.map(([condition]) => `(${condition})`).join(' OR ')})`;
  const rows = await store.query<CallPlace>(
    `SELECT trace_id, span_id, model, by FROM (${from('calls')} UNION ALL ${from('calls_unattributed')})
     ORDER BY start_ns, span_id LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  return rows.map((row) => {
    const traceId = traceIdOf(row.trace_id);
    const spanId = spanIdOf(row.span_id) ?? '';
    return {
      ...found('call', `${traceId}-${spanId}`, row.model || null, `by its ${row.by} id`),
      traceId,
      spanId,
    };
  });
}

function found(kind: Found['kind'], id: string, name: string | null, note: string | null): Found {
  return { kind, id, name, note, traceId: null, spanId: null };
}

/** Finds users, groups, features, models, threads and calls by a word or an id. */
export interface SearchReader {
  /** Users, groups, features, models, threads and calls (by any of their ids) that match a text, the best first. */
  findAnything(context: ReaderContext, query: SearchQuery): Promise<Found[]>;
  /** Whether a user of the project is in a group. */
  hasGroup(project: string, group: string): Promise<boolean>;
  /** Whether a call of the project has a tag. */
  hasTag(project: string, tag: string): Promise<boolean>;
}

export function searchReader(store: Store, answers: RecentAnswers): SearchReader {
  return {
    findAnything: (context, query) => findAnything({ ...context, store, answers }, query),
    hasGroup: (project, group) => hasGroup(store, project, group),
    hasTag: (project, tag) => hasTag(store, project, tag),
  };
}
