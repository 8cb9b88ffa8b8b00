import { shortUsage } from './stored-usage.ts';
import { tableOf } from '../engine/schema.ts';
import { MAX_COUNT } from '@userspan/ledger';
import type { Attribution, Call } from '@userspan/ledger';

import { numberOf, uuidOf } from '../engine/ids.ts';
import type { TableRows } from './row-buffer.ts';

/** The stored row of a counted call. Ids and times are strings, because JSON has no 64-bit numbers. */
export interface CallRow {
  readonly project: string;
  /** Empty if unknown. */
  readonly user_id: string;
  readonly start_ns: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string;
  readonly duration_ns: string;
  readonly version: string;
  readonly deleted: 0 | 1;
  /** Seconds since the Unix epoch. */
  readonly received: number;
  readonly collector: string;
  /** `own`, `ancestor`, `resource`, `trace` or `none`; older rows have `call` for `own` and `nobody` for `none`. */
  readonly attributed_by: string;
  readonly user_claimed: 0 | 1;
  readonly provider: string;
  readonly model: string;
  readonly request_model: string;
  readonly operation: string;
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly thread_id: string;
  readonly tags: readonly string[];
  readonly response_id: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  /** All of `Usage`, as JSON. */
  readonly usage: string;
  readonly estimated: 0 | 1;
  /** Exact decimal of US dollars. */
  readonly cost: string | null;
  readonly cost_at_call: string | null;
  readonly cost_source: string;
  readonly cost_as_of: string;
  /** Why there is no cost. */
  readonly unpriced: string;
  readonly service_tier: string;
  readonly request_tier: string;
  readonly base_url: string;
  readonly error: string;
  /** The cost that the span states, as JSON of `StatedCost`; empty if none. */
  readonly stated_cost: string;
  /** Nanoseconds until the first chunk of a streamed answer; `0` if unknown. */
  readonly first_chunk_ns: string;
}

/** Facts about a call that are not part of the call. */
export interface CallContext {
  readonly project: string;
  readonly collector: string;
  readonly scope: string;
  readonly name: string;
  readonly receivedAtMs: number;
}

const MAX_NS = 2n ** 63n - 1n;
const MAX_NAME = 1024;

/** The columns of the table of calls that rows in memory have, in the table's order. */
export const CALL_COLUMNS: readonly (keyof CallRow)[] = Object.keys(tableOf('calls').columns).filter(
  (column) => column !== 'same_cost',
) as (keyof CallRow)[];

/** Limits nanoseconds to the store's signed 64 bits. */
export function boundedNs(ns: bigint): bigint {
  if (ns < 0n) return 0n;
  return ns > MAX_NS ? MAX_NS : ns;
}

/** Shortens a name to the store's maximum. Never used for ids. */
export function boundedName(name: string | undefined): string {
  if (name === undefined) return '';
  const bounded = name.length > MAX_NAME ? name.slice(0, MAX_NAME) : name;
  return bounded.isWellFormed() ? bounded : bounded.toWellFormed();
}

function count(value: number | undefined): number {
  return value === undefined || !Number.isFinite(value) || value < 0
    ? 0
    : Math.min(Math.round(value), MAX_COUNT);
}

/** The row of a counted call with its attribution. */
export function callRowOf(
  call: Call,
  priced: Call,
  attribution: Attribution,
  context: CallContext,
  version: bigint,
): CallRow {
  const start = boundedNs(call.startTimeUnixNano);
  const end = boundedNs(call.endTimeUnixNano);
  const { cost } = priced;
  const isPriced = !('unpriced' in cost);
  return {
    project: context.project,
    user_id: attribution.userId ?? '',
    start_ns: String(start),
    trace_id: uuidOf(call.traceId),
    span_id: numberOf(call.spanId),
    parent_span_id: numberOf(call.parentSpanId),
    duration_ns: String(end > start ? end - start : 0n),
    version: String(version),
    deleted: 0,
    received: Math.floor(context.receivedAtMs / 1000),
    collector: context.collector,
    attributed_by: attribution.rule,
    user_claimed: attribution.verified ? 0 : 1,
    provider: boundedName(call.provider),
    model: boundedName(call.model),
    request_model: boundedName(call.requestModel),
    operation: boundedName(call.operation),
    service: boundedName(call.service),
    scope: boundedName(context.scope),
    name: boundedName(context.name),
    thread_id: attribution.threadId ?? '',
    tags: call.tags.map(boundedName),
    response_id: boundedName(call.responseId),
    input_tokens: count(call.usage.inputTokens),
    output_tokens: count(call.usage.outputTokens),
    cached_tokens: count(call.usage.cachedInputTokens),
    reasoning_tokens: count(call.usage.reasoningOutputTokens),
    usage: JSON.stringify(call.usage),
    estimated: call.usageEstimated ? 1 : 0,
    cost: isPriced ? cost.usd : null,
    cost_at_call: isPriced ? cost.usd : null,
    cost_source: isPriced ? cost.source : '',
    cost_as_of: isPriced ? (cost.asOf ?? '') : '',
    unpriced: isPriced ? '' : boundedName(cost.unpriced),
    service_tier: boundedName(priced.serviceTier),
    request_tier: boundedName(priced.requestServiceTier),
    base_url: boundedName(call.baseUrl),
    error: boundedName(call.error),
    stated_cost: priced.statedCost === undefined ? '' : JSON.stringify(priced.statedCost),
    first_chunk_ns: String(call.firstChunkNs ?? 0),
  };
}

/**
 * Writes the row. Fields are listed in the order of the table's columns, because a loop over names takes four times as
 * long.
 */
export function writeCall(rows: TableRows, row: CallRow): void {
  rows.cell(row.project);
  rows.cell(row.user_id);
  rows.cell(row.start_ns);
  rows.cell(row.trace_id);
  rows.cell(row.span_id);
  rows.cell(row.parent_span_id);
  rows.cell(row.duration_ns);
  rows.cell(row.version);
  rows.cell(row.deleted);
  rows.cell(row.received);
  rows.cell(row.collector);
  rows.cell(row.attributed_by);
  rows.cell(row.user_claimed);
  rows.cell(row.provider);
  rows.cell(row.model);
  rows.cell(row.request_model);
  rows.cell(row.operation);
  rows.cell(row.service);
  rows.cell(row.scope);
  rows.cell(row.name);
  rows.cell(row.thread_id);
  rows.cell(row.tags);
  rows.cell(row.response_id);
  rows.cell(row.input_tokens);
  rows.cell(row.output_tokens);
  rows.cell(row.cached_tokens);
  rows.cell(row.reasoning_tokens);
  rows.cell(shortUsage(row));
  rows.cell(row.estimated);
  rows.cell(row.cost);
  const isSameCost = row.cost_at_call === row.cost;
  rows.cell(isSameCost ? null : row.cost_at_call);
  rows.cell(row.cost_source);
  rows.cell(row.cost_as_of);
  rows.cell(row.unpriced);
  rows.cell(row.service_tier);
  rows.cell(row.request_tier);
  rows.cell(row.base_url);
  rows.cell(row.error);
  rows.cell(row.stated_cost);
  rows.cell(row.first_chunk_ns);
  rows.cell(isSameCost ? 1 : 0);
  rows.end();
}

/** The table of the row. Calls without a user have a separate table. */
export function tableOfCall(row: CallRow): 'calls' | 'calls_unattributed' {
  return row.user_id === '' ? 'calls_unattributed' : 'calls';
}

/** Whether a newer version of one row replaces the other. */
export function haveOneKey(a: CallRow, b: CallRow): boolean {
  return (
    tableOfCall(a) === tableOfCall(b) &&
    a.user_id === b.user_id &&
    a.start_ns === b.start_ns &&
    a.trace_id === b.trace_id &&
    a.span_id === b.span_id
  );
}

/** Whether two rows are equal except for their version. */
export function haveSameFacts(a: CallRow, b: CallRow): boolean {
  return (
    JSON.stringify({ ...a, version: '', received: 0, collector: '' }) ===
    JSON.stringify({ ...b, version: '', received: 0, collector: '' })
  );
}
