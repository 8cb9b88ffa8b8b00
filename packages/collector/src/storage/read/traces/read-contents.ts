import type { Store } from '../../engine/store.ts';

interface StoredContent {
  readonly trace_id: string;
  readonly span_id: string;
  readonly attributes: string;
}

const MAX_ROWS = 20_000;

/** Messages from log records for the calls of traces, as span attributes by `trace_id:span_id`. */
export async function readContents(
  store: Store,
  project: string,
  traceUuids: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const rows = await store.query<StoredContent>(
    `SELECT trace_id, span_id, attributes FROM contents FINAL
     WHERE project = {project:String} AND trace_id IN {ids:Array(UUID)}
     ORDER BY trace_id, span_id, at_ns, hash LIMIT ${MAX_ROWS}`,
    { project, ids: traceUuids },
  );
  const lists = new Map<string, Map<string, unknown[]>>();
  for (const row of rows) {
    const key = `${row.trace_id}:${row.span_id}`;
    const ofSpan = lists.get(key) ?? new Map<string, unknown[]>();
    lists.set(key, ofSpan);
    for (const [name, messages] of Object.entries(JSON.parse(row.attributes) as Record<string, unknown[]>)) {
      ofSpan.set(name, [...(ofSpan.get(name) ?? []), ...messages]);
    }
  }
  return new Map(
    [...lists].map(([key, ofSpan]) => [
      key,
      Object.fromEntries([...ofSpan].map(([name, list]) => [name, JSON.stringify(list)])),
    ]),
  );
}
