import type { Sql } from '../../engine/sql.ts';

/** The kind of the records that name a service whose calls without a user are the system's own. */
export const SYSTEM_SERVICE = 'system-service';

/**
 * The condition of the rows of a service that counts as system, on a roll-up or on calls. Its calls without a user are
 * no gap in the coverage: they have no user who could be named.
 */
export function isOfSystem(project: string, sql: Sql): string {
  return `service IN (SELECT id FROM alerting_configs FINAL WHERE project = ${sql.text(project)} AND kind = ${sql.text(SYSTEM_SERVICE)})`;
}
