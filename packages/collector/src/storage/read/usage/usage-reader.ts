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
import { readSeries } from './series-query.ts';
import type { Series, SeriesQuery } from './series-query.ts';
import { countMisdated, readSummary, readUsage } from './summary-query.ts';
import type { MisdatedCalls, Summary, SummaryQuery, Usage } from './summary-query.ts';
import { readThumbs } from './thumbs-query.ts';
import type { Thumbs } from './thumbs-query.ts';
import { readSystemUsage, readUnattributed } from './unattributed-query.ts';
import type { SystemUsage, Unattributed } from './unattributed-query.ts';
import { readUnpriced, readUnpricedModels } from './unpriced-query.ts';
import type { Unpriced, UnpricedModel } from './unpriced-query.ts';
import { SpendReader } from './spend-reader.ts';
import type { SpendLimits } from './spend-reader.ts';

/** Reads sums of usage and cost. */
export interface UsageReader {
  /** What a project used in a range. Where users are filtered, calls without a user are none of it. */
  readUsage(query: SummaryQuery): Promise<Usage>;
  /**
   * The whole summary of a range in one answer, with the range before where there is one: users, calls, cost, and users
   * whose cost changed most.
   */
  readSummary(query: SummaryQuery & { readonly before: Range | undefined }): Promise<Summary>;
  /** Calls of a scope that are dated later than now or before there were LLMs: their senders have a wrong clock. */
  countMisdated(query: Omit<SummaryQuery, 'range'>, nowMs: number): Promise<MisdatedCalls>;
  /** What was used over time. */
  readSeries(query: SeriesQuery): Promise<Series>;
  /** Groups, models, tags or services; one more than the limit where there are further pages. */
  listBreakdown(query: BreakdownQuery): Promise<BreakdownRow[]>;
  /** Percentiles and conversations, by {@link factsKey}. Where there are many calls they may be seconds old. */
  readCallFacts(query: CallFactsQuery): Promise<ReadonlyMap<string, CallFacts>>;
  /**
   * Thumbs of the range by row of a breakdown, by `factsKey`. Of several thumbs of a user on one thing the last counts. A
   * thumb counts for every row that has a call in the conversation, or in the trace of the run, that it is about.
   */
  readThumbs(query: CallFactsQuery): Promise<ReadonlyMap<string, Thumbs>>;
  /** Users with their models by time, in that order; one more than the limit where there are further pages. Every call is in one row. */
  readChargeback(query: ChargebackQuery): Promise<readonly ChargebackRow[]>;
  readFacets(project: string): Promise<Facets>;
  /** Usage by model of each user, by the id that each member counts for. */
  readModelsOfUsers(
    query: { readonly project: string; readonly range: Range; readonly filter: CallFilter },
    owners: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, readonly ModelUsage[]>>;
  /** Where the calls without a user come from, the dearest first. */
  readUnattributed(query: SummaryQuery, limit: number): Promise<Unattributed[]>;
  /** What has no cost and why, the most frequent first: by model, and by whether a price would help. */
  readUnpriced(query: SummaryQuery): Promise<Unpriced[]>;
  /** The models with calls that a price or a currency rate would give a cost, over all projects. */
  readUnpricedModels(): Promise<readonly UnpricedModel[]>;
  /** Whether a service of a project has any usage. */
  hasServiceUsage(project: string, service: string): Promise<boolean>;
  /** How many spans a service of a project sent. */
  countServiceSpans(project: string, service: string): Promise<number>;
  /** What services that count as system used without a user, the dearest first. */
  readSystemUsage(query: SummaryQuery): Promise<SystemUsage[]>;
  /** Makes a reader of the users and groups that spent most, which caches its answer. */
  openSpendReader(limits: SpendLimits): SpendReader;
}

export function usageReader(store: Store, answers: RecentAnswers): UsageReader {
  return {
    readUsage: (query) => readUsage(store, query),
    readSummary: (query) => readSummary(store, answers, query),
    countMisdated: (query, nowMs) => countMisdated(store, query, nowMs),
    readSeries: (query) => readSeries(store, query),
    listBreakdown: (query) => listBreakdown(store, query),
    readCallFacts: (query) => readCallFacts(answers, query),
    readThumbs: (query) => readThumbs(store, query),
    readChargeback: (query) => readChargeback(store, query),
    readFacets: (project) => readFacets(store, project),
    readModelsOfUsers: (query, owners) => readModelsOfUsers(store, query, owners),
    readUnattributed: (query, limit) => readUnattributed(store, query, limit),
    readUnpriced: (query) => readUnpriced(answers, query),
    readUnpricedModels: () => readUnpricedModels(store),
    hasServiceUsage: (project, service) => hasServiceUsage(store, project, service),
    countServiceSpans: (project, service) => countServiceSpans(store, project, service),
    readSystemUsage: (query) => readSystemUsage(store, query),
    openSpendReader: (limits) => new SpendReader(store, limits),
  };
}

/** Whether a service of a project has any usage. */
async function hasServiceUsage(store: Store, project: string, service: string): Promise<boolean> {
  const rows = await store.query(
    'SELECT 1 AS one FROM usage_day WHERE project = {project:String} AND service = {service:String} LIMIT 1',
    { project, service },
  );
  return rows.length > 0;
}

/** How many spans a service of a project sent. */
async function countServiceSpans(store: Store, project: string, service: string): Promise<number> {
  const [row] = await store.query<{ n: string }>(
    'SELECT count() AS n FROM spans FINAL WHERE project = {project:String} AND service = {service:String}',
    { project, service },
  );
  return Number(row?.n ?? 0);
}
