import { JSON_TEXT_AT } from '../../query/filters.ts';
import type { KeptQuery } from '../../query/memory-answers.ts';
import type { RecentAnswers } from '../../query/recent-answers.ts';
import { Sql } from '../../../engine/sql.ts';

/** Columns of the memory table, which has a row for each property of each id. `stated` is the value as JSON. */
const COLUMNS = {
  key: 'UInt64',
  prop: 'LowCardinality(String)',
  stated: 'LowCardinality(String)',
} as const;

/** The memory table of the properties of a project's users. */
export function propTable(answers: RecentAnswers, project: string): KeptQuery {
  const sql = new Sql(answers);
  const select = `SELECT key, p.1 AS prop, substring(max(p.2), ${JSON_TEXT_AT}) AS stated FROM (
      SELECT cityHash64(user_id) AS key, arrayJoin(CAST(props, 'Array(Tuple(String, String))')) AS p
      FROM profiles WHERE project = ${sql.text(project)}
    ) GROUP BY key, prop HAVING stated != 'null'`;
  return { sql: select, parameters: sql.parameters, columns: COLUMNS };
}

/**
 * Runs `read` with the name of the memory table of the properties of a project's users, or with `undefined` if there is
 * none yet. It is filled in the background then, because with many properties that takes longer than reading one from
 * the disk. Properties with a column of their own, such as the name, are not in it. See `MemoryAnswers.use`.
 */
export function withPropTable<T>(
  answers: RecentAnswers,
  project: string,
  read: (table: string | undefined) => Promise<T>,
): Promise<T> {
  return answers.tables.use(propTable(answers, project), (kept) => read(kept?.name), 'soon');
}
