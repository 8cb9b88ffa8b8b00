import { traceIdOf } from '../../engine/ids.ts';
import type { Store } from '../../engine/store.ts';

/** Number of queries, one for each first digit of trace ids, so that none needs the ids of all calls in memory. */
const PREFIXES = 16;

/**
 * Traces with a span that is a call and has no call row. Most of them are correct, because a second record of a request
 * has no call row.
 *
 * @yields trace ids, 32 lower-case hex digits each, a sixteenth of all at a time.
 */
export async function* readTracesWithoutCalls(
  store: Store,
  project: string,
): AsyncGenerator<readonly string[], void> {
  for (let prefix = 0; prefix < PREFIXES; prefix += 1) {
    const digit = prefix.toString(16);
    const range =
      'project = {project:String} AND trace_id >= toUUID({first:String}) AND trace_id <= toUUID({last:String})';
    const calls = (table: string): string =>
      `SELECT trace_id, span_id FROM ${table} WHERE ${range} GROUP BY trace_id, span_id HAVING argMax(deleted, version) = 0`;
    const rows = await store.query<{ trace_id: string }>(
      `SELECT DISTINCT trace_id FROM spans WHERE ${range} AND is_call = 1` +
        ` AND (trace_id, id) NOT IN (${calls('calls')} UNION ALL ${calls('calls_unattributed')})`,
      {
        project,
        first: `${digit}0000000-0000-0000-0000-000000000000`,
        last: `${digit}fffffff-ffff-ffff-ffff-ffffffffffff`,
      },
      { isBackground: true, maxSeconds: 600 },
    );
    yield rows.map(({ trace_id: traceId }) => traceIdOf(traceId));
  }
}
