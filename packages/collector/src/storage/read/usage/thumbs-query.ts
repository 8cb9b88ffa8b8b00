import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { canonicalId } from '../users/resolved-aliases.ts';
import { nsConditions } from '../users/user-extras.ts';
import { callsSql, factsKey, keyOf } from './call-facts.ts';
import type { CallFactsQuery } from './call-facts.ts';
import { joinGroups } from './group-of-user.ts';

/** Numbers of users who gave a thumbs up and a thumbs down. */
export interface Thumbs {
  readonly thumbsUp: number;
  readonly thumbsDown: number;
}

export const NO_THUMBS: Thumbs = { thumbsUp: 0, thumbsDown: 0 };

const TRACE = (column: string): string => `concat('run ', replaceAll(toString(${column}), '-', ''))`;

/**
 * SQL of the target of an entry `e`: the trace of a run, or a conversation. If feedback on a message does not name the
 * conversation, the message `m` of the same user does. Otherwise the target is the trace of the feedback.
 */
const LINK = `multiIf(e.target = 'run', concat('run ', lower(substring(e.id, 1, 32))),
  e.target = 'thread', concat('thread ', e.id),
  e.thread_id != '', concat('thread ', e.thread_id),
  m.thread != '', concat('thread ', m.thread),
  m.message != '', ${TRACE('m.trace')},
  ${TRACE('e.trace_id')})`;

/**
 * Thumbs in the range for each row of a breakdown, by `factsKey`. Of several thumbs of a user on one target, the last
 * counts. A thumb counts for every row with a call in its target conversation or trace.
 */
export async function readThumbs(store: Store, query: CallFactsQuery): Promise<ReadonlyMap<string, Thumbs>> {
  const sql = new Sql(store);
  const { project, range, of, scope } = query;
  const ofProject = `project = ${sql.text(project)}`;
  const given = all([ofProject, sql.isShown, "thumb != ''", ...nsConditions('at_ns', range, sql)]);
  const { id, join } = canonicalId({ project, hasAliases: scope.hasAliases }, sql);
  const entries = (where: string): string =>
    `(SELECT u.*, ${id} AS sender FROM (SELECT * FROM thread_entries FINAL WHERE ${where}) AS u${join})`;
  const messages = `SELECT id AS message, sender, argMax(thread_id, at_ns) AS thread, argMax(trace_id, at_ns) AS trace
    FROM ${entries(`${ofProject} AND kind = 'message' AND id != ''`)} GROUP BY id, sender`;
  const thumbs = `SELECT ${LINK} AS link, argMax(e.thumb, (e.at_ns, e.trace_id, e.span_id)) AS last
    FROM ${entries(given)} AS e
    LEFT JOIN (${messages}) AS m ON m.message = e.id AND m.sender = e.sender
    GROUP BY link, e.sender, if(e.target = '', 'message', e.target), if(e.id = '', toString(e.span_id), e.id)`;
  const key = keyOf(query, sql);
  const provider = of === 'model' ? 'provider' : "''";
  const calls = callsSql(query, ['trace_id'], sql);
  const trace = TRACE('trace_id');
  const links = `arrayJoin(if(thread_id = '', [${trace}], [${trace}, concat('thread ', thread_id)]))`;
  const rows = await store.query<{ key: string; provider: string; up: string; down: string }>(
    `SELECT key, provider, countIf(last = 'up') AS up, countIf(last = 'down') AS down FROM (
       SELECT DISTINCT ${key} AS key, ${provider} AS provider, ${links} AS link
       FROM (${calls}) AS u${of === 'group' ? joinGroups(project, sql) : ''}
     ) AS c INNER JOIN (${thumbs}) AS t ON t.link = c.link GROUP BY key, provider`,
    sql.parameters,
  );
  return new Map(
    rows.map((row) => [
      factsKey(row.key, row.provider),
      { thumbsUp: Number(row.up), thumbsDown: Number(row.down) },
    ]),
  );
}
