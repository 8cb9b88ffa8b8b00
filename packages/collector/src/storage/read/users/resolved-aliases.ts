/**
 * A query for `alias_id` and `canonical` (the canonical user) of every alias of a project.
 *
 * A row of `aliases` leads to that user in one or two steps, see `AliasForest`. A row with its own id as target states
 * that the id is not an alias. `project` is SQL.
 */
export function resolvedAliases(project: string): string {
  const rows = `SELECT alias_id, canonical FROM aliases FINAL WHERE project = ${project} AND alias_id != user_id`;
  return `SELECT f.alias_id AS alias_id, if(h.canonical = '', f.canonical, h.canonical) AS canonical
    FROM (${rows}) AS f LEFT JOIN (${rows}) AS h ON h.alias_id = f.canonical`;
}
