import type { Sql } from '../../engine/sql.ts';

/** Kind of records that declare a service as a system service. */
export const SYSTEM_SERVICE = 'system-service';

/**
 * The condition for rows of system services, on a roll-up or on calls. Their calls have no user by nature, so they do
 * not reduce coverage.
 */
export function isOfSystem(project: string, sql: Sql): string {
  return `service IN (SELECT id FROM alerting_configs FINAL WHERE project = ${sql.text(project)} AND kind = ${sql.text(SYSTEM_SERVICE)})`;
}
