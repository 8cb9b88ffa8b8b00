import type { Sql } from '../../engine/sql.ts';
import { resolvedAliases } from '../users/resolved-aliases.ts';

/** SQL of the group's name in `p`, which {@link joinGroups} joins. The profile contains it as JSON. */
export const GROUP_NAME = `JSONExtractString(concat('[', if(p.group_json = '', '""', p.group_json), ']'), 1)`;

/** Joins each row of `u`, by `u.user_id`, with the current group of the user (of the canonical user, for an alias). */
export function joinGroups(project: string, sql: Sql): string {
  const name = sql.text(project);
  const groups = `SELECT user_id, substring(max(\`group\`), 21) AS group_json FROM profiles WHERE project = ${name} GROUP BY user_id`;
  const aliases = resolvedAliases(name);
  // An alias has the group of its canonical user and not of its own profile.
  return ` LEFT JOIN (
      SELECT user_id, group_json FROM (${groups}) WHERE user_id NOT IN (SELECT alias_id FROM (${aliases}))
      UNION ALL
      SELECT a.alias_id AS user_id, g.group_json AS group_json FROM (${aliases}) AS a
      INNER JOIN (${groups}) AS g ON g.user_id = a.canonical
    ) AS p ON p.user_id = u.user_id`;
}

/**
 * As {@link joinGroups}, by `u.user_key`, for a project without aliases. Grouping and joining by eight bytes takes half
 * the time of strings.
 */
export function joinGroupsByKey(project: string, sql: Sql): string {
  return ` LEFT JOIN (
      SELECT cityHash64(user_id) AS user_key, substring(max(\`group\`), 21) AS group_json
      FROM profiles WHERE project = ${sql.text(project)} GROUP BY user_key
    ) AS p ON p.user_key = u.user_key`;
}
