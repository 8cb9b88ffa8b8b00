import { Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { JSON_TEXT_AT, matchingUsers, valueCondition } from '../query/filters.ts';

/** Whether a user of the project is in a group. */
export async function hasGroup(store: Store, project: string, group: string): Promise<boolean> {
  const sql = new Sql(store);
  // Few rows name a group that few users are in. Most of them are of users who still are.
  const named = `SELECT user_id FROM profiles WHERE project = ${sql.text(project)}
    AND ${valueCondition([group], `substring(\`group\`, ${JSON_TEXT_AT})`, sql)}`;
  const members = matchingUsers(project, { group: [group], props: new Map() }, sql, 1, named);
  return (await store.query(members, sql.parameters)).length > 0;
}

/** Whether a call of the project has a tag. */
export async function hasTag(store: Store, project: string, tag: string): Promise<boolean> {
  const sql = new Sql(store);
  const rows = await store.query(
    `SELECT sum(calls) AS n FROM totals_quarter
     WHERE project = ${sql.text(project)} AND has(tags, ${sql.text(tag)}) AND ${sql.isShown} HAVING n > 0`,
    sql.parameters,
  );
  return rows.length > 0;
}
