import type { Sql } from '../../engine/sql.ts';

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

/** The canonical id of the user of a row, as an expression over `u`, and the join that it needs. */
export function canonicalId(
  query: { readonly project: string; readonly hasAliases: boolean },
  sql: Sql,
): { id: string; join: string } {
  if (!query.hasAliases) return { id: 'u.user_id', join: '' };
  return {
    id: "if(a.canonical = '', u.user_id, a.canonical)",
    join: ` LEFT JOIN (${resolvedAliases(sql.text(query.project))}) AS a ON a.alias_id = u.user_id`,
  };
}

/** The key of the user that a key stands for, as an expression over `u`, and the join that it needs. */
export function canonicalKey(
  query: { readonly project: string; readonly hasAliases: boolean },
  sql: Sql,
): { key: string; join: string } {
  if (!query.hasAliases) return { key: 'u.user_key', join: '' };
  const aliases = `SELECT cityHash64(alias_id) AS alias_key, cityHash64(canonical) AS canonical_key
    FROM (${resolvedAliases(sql.text(query.project))})`;
  return {
    key: 'if(a.canonical_key = 0, u.user_key, a.canonical_key)',
    join: ` LEFT JOIN (${aliases}) AS a ON a.alias_key = u.user_key`,
  };
}
