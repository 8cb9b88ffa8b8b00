import { yielding } from '../../engine/store.ts';
import type { Store } from '../../engine/store.ts';
import type { CallFilter } from '../query/filters.ts';
import type { Range } from '../query/range.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { listBreakdown } from './breakdown-query.ts';
import type { BreakdownQuery, BreakdownRow } from './breakdown-query.ts';
import { readCallFacts } from './call-facts.ts';
import type { CallFacts, CallFactsQuery } from './call-facts.ts';
import { readChargeback } from './chargeback-query.ts';
import type { ChargebackQuery, ChargebackRow } from './chargeback-query.ts';
import { readFacets } from './facets-query.ts';
import type { Facets } from './facets-query.ts';
import { readModelsOfUsers } from './models-of-users.ts';
import type { ModelUsage } from './models-of-users.ts';
import { isByUser, isOfScope, readSeries } from './series-query.ts';
import type { Series, SeriesQuery } from './series-query.ts';
import { countMisdated, readSummary, readUsage } from './summary-query.ts';
import type { MisdatedCalls, Summary, SummaryQuery, Usage } from './summary-query.ts';
import { readThumbs } from './thumbs-query.ts';
import type { Thumbs } from './thumbs-query.ts';
import { readSystemUsage, readUnattributed } from './unattributed-query.ts';
import type { SystemUsage, Unattributed } from './unattributed-query.ts';
import { readUnpriced, readUnpricedModels } from './unpriced-query.ts';
import type { Unpriced, UnpricedModel } from './unpriced-query.ts';
import { withScopeTotals } from './scope-totals.ts';
import { SpendReader } from './spend-reader.ts';
import type { SpendLimits } from './spend-reader.ts';

/** Reads sums of usage and cost. */
export interface UsageReader {
  /** Usage of a project in a range. A filter of users excludes calls without a user. */
  readUsage(query: SummaryQuery): Promise<Usage>;
  /**
   * The summary of a range, and of the range before if there is one: users, calls, cost, and users whose cost changed
   * most.
   */
  readSummary(query: SummaryQuery & { readonly before: Range | undefined }): Promise<Summary>;
  /** Counts the calls of a scope that are dated in the future or before 2015, because the sender's clock is wrong. */
  countMisdated(query: Omit<SummaryQuery, 'range'>, nowMs: number): Promise<MisdatedCalls>;
  /** Usage over time. */
  readSeries(query: SeriesQuery): Promise<Series>;
  /** Groups, models, tags or services. Returns one more than the limit if there are further pages. */
  listBreakdown(query: BreakdownQuery): Promise<BreakdownRow[]>;
  /** Percentiles and conversations, by {@link factsKey}. With many calls, they may be a few seconds old. */
  readCallFacts(query: CallFactsQuery): Promise<ReadonlyMap<string, CallFacts>>;
  /**
   * Thumbs in the range for each row of a breakdown, by `factsKey`. Of several thumbs of a user on one target, the last
   * counts. A thumb counts for every row with a call in its target conversation or trace.
   */
  readThumbs(query: CallFactsQuery): Promise<ReadonlyMap<string, Thumbs>>;
  /**
   * Usage by period, user and model. Returns one more than the limit if there are further pages. Every call is in
   * exactly one row.
   */
  readChargeback(query: ChargebackQuery): Promise<readonly ChargebackRow[]>;
  readFacets(project: string): Promise<Facets>;
  /** Usage by model for each user, by canonical id. */
  readModelsOfUsers(
    query: { readonly project: string; readonly range: Range; readonly filter: CallFilter },
    owners: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, readonly ModelUsage[]>>;
  /** Sources of calls without a user, the most expensive first. */
  readUnattributed(query: SummaryQuery, limit: number): Promise<Unattributed[]>;
  /** Unpriced calls with the reason, by model and by whether only a price is missing, the most frequent first. */
  readUnpriced(query: SummaryQuery): Promise<Unpriced[]>;
  /** Models in all projects with calls for which only a price or a currency rate is missing. */
  readUnpricedModels(): Promise<readonly UnpricedModel[]>;
  /** Whether a service of a project has any usage. */
  hasServiceUsage(project: string, service: string): Promise<boolean>;
  /** Number of spans that a service of a project sent. */
  countServiceSpans(project: string, service: string): Promise<number>;
  /** Usage without a user by system service, the most expensive first. */
  readSystemUsage(query: SummaryQuery): Promise<SystemUsage[]>;
  /** Opens a reader of the users and groups that spent most. It caches its answers. */
  openSpendReader(limits: SpendLimits): SpendReader;
}

export function usageReader(store: Store, answers: RecentAnswers): UsageReader {
  return {
    readUsage: (query) => readUsage(answers, query),
    readSummary: (query) => readSummary(answers, query),
    countMisdated: (query, nowMs) => countMisdated(answers, query, nowMs),
    readSeries: (query) => readAnySeries(store, answers, query),
    listBreakdown: (query) => listBreakdown(store, query),
    readCallFacts: (query) => readCallFacts(answers, query),
    readThumbs: (query) => readThumbs(store, query),
    readChargeback: (query) => readChargeback(store, query),
    readFacets: (project) => readFacets(answers, project),
    readModelsOfUsers: (query, owners) => readModelsOfUsers(yielding(store), query, owners),
    readUnattributed: (query, limit) => readUnattributed(answers, query, limit),
    readUnpriced: (query) => readUnpriced(answers, query),
    readUnpricedModels: () => readUnpricedModels(store),
    hasServiceUsage: (project, service) => hasServiceUsage(answers, project, service),
    countServiceSpans: (project, service) => countServiceSpans(store, project, service),
    readSystemUsage: (query) => readSystemUsage(answers, query),
    openSpendReader: (limits) => new SpendReader(store, limits),
  };
}

function readAnySeries(store: Store, answers: RecentAnswers, query: SeriesQuery): Promise<Series> {
  // The chart of a whole project reads a small table, and the page shows it at once.
  if (!isByUser(query)) return readSeries(store, query);
  const { project, range, scope } = query;
  const read = (totals?: string): Promise<Series> => readSeries(yielding(store), query, totals);
  return scope !== undefined && isOfScope(query)
    ? withScopeTotals(answers, { project, range, scope }, read)
    : read();
}

/** Whether a service of a project has any usage. */
async function hasServiceUsage(answers: RecentAnswers, project: string, service: string): Promise<boolean> {
  const rows = await answers.query(
    'SELECT 1 AS one FROM usage_day WHERE project = {project:String} AND service = {service:String} LIMIT 1',
    { project, service },
  );
  return rows.length > 0;
}

/** Number of spans that a service of a project sent. */
async function countServiceSpans(store: Store, project: string, service: string): Promise<number> {
  const [row] = await store.query<{ n: string }>(
    'SELECT count() AS n FROM spans FINAL WHERE project = {project:String} AND service = {service:String}',
    { project, service },
  );
  return Number(row?.n ?? 0);
}
