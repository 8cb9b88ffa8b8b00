import { JSON_TEXT_AT } from '../../query/filters.ts';
import type { KeptQuery } from '../../query/memory-answers.ts';
import type { RecentAnswers } from '../../query/recent-answers.ts';
import { Sql } from '../../../engine/sql.ts';

/**
 * Columns of the memory table, which has a row for each id with a profile. `user_group` is JSON, or empty. `sort_name` is
 * the value by which lists are sorted by name.
 */
const COLUMNS = {
  key: 'UInt64',
  first_ns: 'Int64',
  last_ns: 'Int64',
  user_group: 'LowCardinality(String)',
  id: 'String',
  sort_name: 'String',
} as const;

/** SQL of the value by which lists are sorted by name. */
export const SORT_NAME = `lowerUTF8(substring(max(name), ${JSON_TEXT_AT}))`;

/** The memory table of the profiles of a project. */
export function profileTable(answers: RecentAnswers, project: string): KeptQuery {
  const sql = new Sql(answers);
  const select = `SELECT cityHash64(user_id) AS key, min(first_ns), max(last_ns), substring(max(\`group\`), ${JSON_TEXT_AT}),
      any(user_id), ${SORT_NAME}
    FROM profiles WHERE project = ${sql.text(project)} GROUP BY key`;
  return { sql: select, parameters: sql.parameters, columns: COLUMNS };
}

/**
 * Runs `read` with the name of the memory table of the profiles of a project, or with `undefined` if there is none. See
 * `MemoryAnswers.use`.
 */
export function withProfileTable<T>(
  answers: RecentAnswers,
  project: string,
  read: (table: string | undefined) => Promise<T>,
  only?: 'filled' | 'soon',
): Promise<T> {
  return answers.tables.use(profileTable(answers, project), (kept) => read(kept?.name), only);
}
