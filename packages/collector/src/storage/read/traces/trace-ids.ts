import type { Store } from '../../engine/store.ts';

/** Number of spans per query. */
const CHUNK = 100_000;
const ID_DIGITS = 32;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** The projects that have spans, in order. */
export async function readProjects(store: Store): Promise<string[]> {
  const projects = await store.query<{ project: string }>(
    'SELECT DISTINCT project FROM spans ORDER BY project',
  );
  return projects.map(({ project }) => project);
}

/** Number of stored spans, and when the last one was received. */
export interface ReceivedSpans {
  readonly spans: number;
  /** Seconds since the Unix epoch; 0 without spans. */
  readonly lastReceivedSeconds: number;
}

export async function readReceived(store: Store): Promise<ReceivedSpans> {
  const [row] = await store.query<{ spans: string; last: number }>(
    'SELECT count() AS spans, max(received) AS last FROM spans',
  );
  return { spans: Number(row?.spans ?? 0), lastReceivedSeconds: row?.last ?? 0 };
}

/**
 * Reads the ids of stored traces, project by project, in the order of the table's key.
 *
 * @param sinceSeconds only traces with a span that was received since then, in seconds since the Unix epoch.
 * @yields the ids of one chunk, 32 lower-case hex digits each.
 */
export async function* readTraceIds(
  store: Store,
  sinceSeconds: number,
): AsyncGenerator<Iterable<string>, void> {
  const since = sinceSeconds === 0 ? '' : 'AND received >= {since:UInt32}';
  for (const project of await readProjects(store)) {
    let last = FIRST;
    let isFirst = true;
    for (;;) {
      // In key order the engine stops at the limit, and duplicates are adjacent. The ids are returned as one string,
      // because a row for each would allocate a hundred thousand objects.
      const [chunk] = await store.query<{ ids: string; last: string; n: string }>(
        `SELECT arrayStringConcat(arrayCompact(groupArray(lower(hex(trace_id))))) AS ids, toString(max(trace_id)) AS last, count() AS n
         FROM (SELECT trace_id FROM spans
               WHERE project = {project:String} AND trace_id ${isFirst ? '>=' : '>'} {last:UUID} ${since}
               ORDER BY trace_id LIMIT ${CHUNK})`,
        { project, last, since: sinceSeconds },
      );
      if (chunk === undefined) {
        break;
      }
      yield idsOf(chunk.ids);
      if (Number(chunk.n) < CHUNK) {
        break;
      }
      ({ last } = chunk);
      isFirst = false;
    }
  }
}

function* idsOf(digits: string): Generator<string, void> {
  for (let at = 0; at < digits.length; at += ID_DIGITS) {
    yield digits.slice(at, at + ID_DIGITS);
  }
}
