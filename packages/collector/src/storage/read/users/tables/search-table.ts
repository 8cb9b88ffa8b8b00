import { searchTextOfUser } from '../../query/filters.ts';
import type { KeptQuery } from '../../query/memory-answers.ts';
import type { RecentAnswers } from '../../query/recent-answers.ts';
import { Sql } from '../../../engine/sql.ts';

/** Columns of the memory table, which has a row for each id with a profile. `words` is what a search reads. */
const COLUMNS = { key: 'UInt64', words: 'String' } as const;

/** The memory table of the texts that a search of a project's users reads. */
export function searchTable(answers: RecentAnswers, project: string): KeptQuery {
  const sql = new Sql(answers);
  const select = `SELECT cityHash64(user_id) AS key, ${searchTextOfUser()} FROM profiles
    WHERE project = ${sql.text(project)} GROUP BY user_id`;
  return { sql: select, parameters: sql.parameters, columns: COLUMNS };
}

/**
 * Runs `read` with the name of the memory table of texts, or with `undefined` if none includes everything written so
 * far, because a search has to find a user who was just added.
 */
export function withSearchTable<T>(
  answers: RecentAnswers,
  project: string,
  read: (table: string | undefined) => Promise<T>,
): Promise<T> {
  return answers.tables.use(searchTable(answers, project), (kept) => read(kept?.name), 'exact');
}
