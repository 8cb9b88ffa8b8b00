import type { AnswerSource } from '../query/recent-answers.ts';
import { figuresOf } from './figures.ts';
import type { Figures, SumsRow } from './figures.ts';
import { Sql } from '../../engine/sql.ts';
import { hasUserFilter } from '../query/filters.ts';
import { isOfSystem } from './system-services.ts';
import type { SummaryQuery } from './summary-query.ts';
import { totalsSource } from './usage-source.ts';

/** Calls without a user, by source. */
export interface Unattributed extends Figures {
  readonly service: string | null;
  readonly operation: string | null;
  /** The instrumentation that recorded them. */
  readonly scope: string | null;
  /** Code for the service that gives its calls a user. */
  readonly fix: string;
}

/** Sources of calls without a user, the most expensive first. */
export async function readUnattributed(
  answers: AnswerSource,
  query: SummaryQuery,
  limit: number,
): Promise<Unattributed[]> {
  const { project, range, filter, scope } = query;
  // A filter of users excludes calls without one.
  if (hasUserFilter(scope.users)) return [];
  const sql = new Sql(answers);
  const by = ['service', 'operation', 'scope'];
  const where = ['attributed = 0', `NOT ${isOfSystem(project, sql)}`];
  const source = totalsSource({ project, range, filter, by, where }, sql);
  const rows = await answers.query<SumsRow & { service: string; operation: string; scope: string }>(
    `SELECT * FROM (${source}) WHERE nCalls > 0 OR nClaimed > 0
     ORDER BY usd DESC, nCalls DESC, service, operation, scope LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
  return rows.map((row) => ({
    service: row.service || null,
    operation: row.operation || null,
    scope: row.scope || null,
    ...figuresOf(row),
    fix: identifySnippet(row.scope),
  }));
}

/** Calls without a user of one system service. */
export interface SystemUsage extends Figures {
  readonly service: string;
}

/** Usage without a user by system service, the most expensive first. */
export async function readSystemUsage(answers: AnswerSource, query: SummaryQuery): Promise<SystemUsage[]> {
  const { project, range, filter, scope } = query;
  if (hasUserFilter(scope.users)) return [];
  const sql = new Sql(answers);
  const where = ['attributed = 0', isOfSystem(project, sql)];
  const source = totalsSource({ project, range, filter, by: ['service'], where }, sql);
  const rows = await answers.query<SumsRow & { service: string }>(
    `SELECT * FROM (${source}) WHERE nCalls > 0 OR nClaimed > 0 ORDER BY usd DESC, nCalls DESC, service`,
    sql.parameters,
  );
  return rows.map((row) => ({ service: row.service, ...figuresOf(row) }));
}

/** Matches scopes of instrumentations for Python. */
const PYTHON =
  /^(opentelemetry\.instrumentation|openinference\.instrumentation\.|langfuse-sdk|openlit|pydantic)/;
const VERCEL = /^ai$/;

/** One line of code that gives the calls of an instrumentation their user. */
function identifySnippet(scope: string): string {
  if (PYTHON.test(scope)) return 'trace.get_current_span().set_attribute("user.id", user_id)';
  if (VERCEL.test(scope)) return 'experimental_telemetry: { isEnabled: true, metadata: { userId } }';
  if (
    scope.startsWith('@userspan') ||
    scope.startsWith('@opentelemetry/') ||
    scope.startsWith('@arizeai/') ||
    scope === ''
  ) {
    return 'identify(userId, { name, email }, () => handle(request))';
  }
  return 'span.setAttribute("user.id", userId)';
}
