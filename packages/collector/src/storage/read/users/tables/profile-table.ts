import { JSON_TEXT_AT } from '../../query/filters.ts';
import type { RecentAnswers } from '../../query/recent-answers.ts';
import { Sql } from '../../../engine/sql.ts';

/** Columns of the memory table, which has a row for each id with a profile. `user_group` is JSON, or empty. */
const COLUMNS = {
  key: 'UInt64',
  first_ns: 'Int64',
  last_ns: 'Int64',
  user_group: 'LowCardinality(String)',
} as const;

/**
 * Runs `read` with the name of the memory table of the profiles of a project, or with `undefined` if there is none. See
 * `MemoryAnswers.use`.
 */
export function withProfileTable<T>(
  answers: RecentAnswers,
  project: string,
  read: (table: string | undefined) => Promise<T>,
): Promise<T> {
  const sql = new Sql(answers);
  const select = `SELECT cityHash64(user_id) AS key, min(first_ns), max(last_ns), substring(max(\`group\`), ${JSON_TEXT_AT})
    FROM profiles WHERE project = ${sql.text(project)} GROUP BY key`;
  return answers.tables.use({ sql: select, parameters: sql.parameters, columns: COLUMNS }, read);
}
