import { hasUserFilters } from '../../url/filters.ts';
import { apiPath, type Query } from '../request.ts';

// The paths of the requests whose answers show the most of a page. The first script sends them before the code of the
// pages is loaded, so this module must not import a library.

/** A few more rows than a window shows. A larger first page would arrive later. */
const firstPageSize = 48;
const pageSize = 120;

/** One page of the list of users. */
export function usersPath(query: Query, cursor: string | undefined): string {
  // With a filter on users the list is requested without totals, because the summary has the same totals.
  const totals = hasUserFilters(query) ? 'false' : undefined;
  const limit = cursor === undefined ? firstPageSize : pageSize;
  return apiPath(['users'], { ...query, totals, limit, cursor });
}

/** The path of the summary, without the parts that the page requests separately. */
export function summaryPath(query: Query): string {
  return apiPath(['summary'], { ...query, movers: 'false' });
}

/** The path of figures over time. Days begin at midnight in the browser's time zone. */
export function usagePath(query: Query): string {
  return apiPath(['usage'], { ...query, tz: timeZone });
}

/** One page of the groups, models, tags or services. */
export function rollupsPath(kind: string, query: Query, cursor: string | undefined): string {
  return apiPath([kind], { ...query, limit: 200, cursor });
}

/** One page of the list of threads. */
export function threadsPath(query: Query, cursor: string | undefined): string {
  return apiPath(['threads'], { ...query, limit: 100, cursor });
}

/** One page of the list of calls. */
export function callsPath(query: Query, cursor: string | undefined): string {
  return apiPath(['calls'], { ...query, limit: 100, cursor });
}

/** One page of the subjects of alerts, those that fire first. */
export function alertStatesPath(cursor: string | undefined): string {
  return apiPath(['alert-states'], { limit: 20, cursor });
}

/** The state of the collector, with the port of OTLP/gRPC. */
export const healthPath = '/healthz';

export const timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;
