import type { Store } from '../../engine/store.ts';

/** Whether a service of a project has any usage. */
export async function hasServiceUsage(store: Store, project: string, service: string): Promise<boolean> {
  const rows = await store.query(
    'SELECT 1 AS one FROM usage_day WHERE project = {project:String} AND service = {service:String} LIMIT 1',
    { project, service },
  );
  return rows.length > 0;
}

/** How many spans a service of a project sent. */
export async function countServiceSpans(store: Store, project: string, service: string): Promise<number> {
  const [row] = await store.query<{ n: string }>(
    'SELECT count() AS n FROM spans FINAL WHERE project = {project:String} AND service = {service:String}',
    { project, service },
  );
  return Number(row?.n ?? 0);
}
