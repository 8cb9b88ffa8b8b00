import type { Span } from '@userspan/ledger';

import { TimeSlice } from '../../../runtime/time-slice.ts';
import type { Store } from '../../engine/store.ts';
import { SPAN_SELECT, spanOf } from './load-traces.ts';
import type { StoredSpan } from './load-traces.ts';

export interface RecentCallsQuery {
  /** Only calls that were received within this time before the last span. */
  readonly windowSeconds: number;
  /** Maximum number of calls; the latest are returned. */
  readonly maxCalls: number;
}

/** The span of a call. */
export interface RecentCall {
  readonly project: string;
  readonly span: Span;
  readonly claimed: boolean;
}

/** Number of spans per query. */
const CHUNK = 2_000;

interface CallKey {
  readonly project: string;
  readonly trace_id: string;
  readonly span_id: string;
}

/** The most recently received spans of calls, the oldest first. Spans of the same second are in any order. */
export async function* readRecentCalls(
  store: Store,
  { windowSeconds, maxCalls }: RecentCallsQuery,
): AsyncGenerator<RecentCall, void> {
  const keys = await store.query<CallKey>(
    `SELECT project, trace_id, span_id FROM (
       SELECT project, trace_id, id AS span_id, received FROM spans
       WHERE is_call = 1 AND received + {window:UInt32} >= (SELECT max(received) FROM spans)
       ORDER BY received DESC LIMIT {limit:UInt32})
     ORDER BY received`,
    { window: windowSeconds, limit: maxCalls },
  );
  const slice = new TimeSlice();
  for (let at = 0; at < keys.length; at += CHUNK) {
    const chunk = keys.slice(at, at + CHUNK);
    for (const project of new Set(chunk.map((key) => key.project))) {
      const own = chunk.filter((key) => key.project === project);
      const rows = await store.query<StoredSpan>(
        `SELECT ${SPAN_SELECT} FROM spans WHERE project = {project:String} AND trace_id IN {traces:Array(UUID)}
         AND id IN {spans:Array(UInt64)} AND is_call = 1`,
        { project, traces: own.map((key) => key.trace_id), spans: own.map((key) => key.span_id) },
      );
      for (const row of rows) {
        if (slice.isOver()) await slice.pass();
        yield { project, span: spanOf(row), claimed: row.user_claimed === 1 };
      }
    }
  }
}
