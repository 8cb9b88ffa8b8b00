import { traceIdOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';

/** Traces of one project that each have a counted call with the same response id. */
export interface SharedRequest {
  readonly project: string;
  readonly responseId: string;
  readonly traceIds: readonly string[];
}

export interface SharedRequestsQuery {
  /** Only calls with a span that was inserted since this time, in seconds since the Unix epoch. */
  readonly sinceSeconds: number;
  /** Maximum time between the starts of two records of one request. */
  readonly slackMs: number;
  /** Maximum number of traces of one request. With more, the id is not unique. */
  readonly maxTraces: number;
}

interface SharedRow {
  readonly project: string;
  readonly response_id: string;
  readonly traces: readonly string[];
}

/** Calls with the same response id in different traces that different collectors counted. They may be one request. */
export async function readSharedRequests(
  store: Store,
  { sinceSeconds, slackMs, maxTraces }: SharedRequestsQuery,
): Promise<readonly SharedRequest[]> {
  const [inserted] = await store.query<{ calls: string; first: string; last: string }>(
    `SELECT toString(count()) AS calls, toString(min(start_ns)) AS first, toString(max(start_ns)) AS last FROM spans
     WHERE inserted >= {since:UInt32} AND is_call = 1`,
    { since: Math.max(0, sinceSeconds) },
  );
  if (inserted === undefined || inserted.calls === '0') return [];
  const slackNs = BigInt(slackMs) * 1_000_000n;
  const keys = 'project, response_id, trace_id, span_id';
  // When a call moves to another user, a deleted row with the same version remains.
  const counted = ['calls', 'calls_unattributed'].map(
    (table) => `SELECT ${keys}, collector, version, deleted FROM ${table}
       WHERE response_id != '' AND start_ns BETWEEN {first:Int64} AND {last:Int64}`,
  );
  const rows = await store.query<SharedRow>(
    `SELECT project, response_id, groupUniqArray(trace_id) AS traces FROM (
       SELECT ${keys}, any(collector) AS sender FROM (${counted.join(' UNION ALL ')})
       GROUP BY ${keys} HAVING argMax(deleted, (version, 1 - deleted)) = 0)
     GROUP BY project, response_id
     HAVING uniqExact(sender) > 1 AND uniqExact(trace_id) BETWEEN 2 AND {most:UInt32}
     ORDER BY project, response_id`,
    {
      first: String(BigInt(inserted.first) - slackNs),
      last: String(BigInt(inserted.last) + slackNs),
      most: maxTraces,
    },
  );
  return rows.map(({ project, response_id: responseId, traces }) => ({
    project,
    responseId,
    traceIds: traces.map(traceIdOf).sort(),
  }));
}
