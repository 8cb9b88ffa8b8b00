/**
 * A query for `alias_id` and `canonical` of every alias of a project: the user that it stands for.
 *
 * A row of `aliases` leads to that user in one step or in two, see `AliasForest`. One that names its own id says that the
 * id is no alias. `project` is an expression.
 */
export function resolvedAliases(project: string): string {
  const rows = `SELECT alias_id, canonical FROM aliases FINAL WHERE project = ${project} AND alias_id != user_id`;
  return `SELECT f.alias_id AS alias_id, if(h.canonical = '', f.canonical, h.canonical) AS canonical
    FROM (${rows}) AS f LEFT JOIN (${rows}) AS h ON h.alias_id = f.canonical`;
}
