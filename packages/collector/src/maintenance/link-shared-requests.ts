import { randomUUID } from 'node:crypto';

import { MACHINES_SLACK_MS, MAX_LINKED_TRACES, isUniqueId, mayBeOneRequest } from '@userspan/ledger';
import type { TraceSpan } from '@userspan/ledger';

import { joinTraces } from '../attribution/linked-traces.ts';
import type { LinkRow } from '../attribution/linked-traces.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import type { SharedRequest } from '../storage/read/traces/shared-requests.ts';

/** Number of requests per step. */
const CHUNK = 200;

/**
 * Links traces with records of one request that different collectors received, such as a log event and a span, because
 * no collector's link index has both. Requires an id that is unique to the request.
 *
 * @returns ids of the traces that have to be attributed together, by project; each group is complete
 */
export async function linkSharedRequests(
  pipeline: SpanPipeline,
  sinceSeconds: number,
  nowMs: number,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = await pipeline.store.traces.readSharedRequests({
    sinceSeconds,
    slackMs: MACHINES_SLACK_MS,
    maxTraces: MAX_LINKED_TRACES,
  });
  const linked = new Map<string, Set<string>>();
  const requests = found.filter(({ responseId }) => isUniqueId(responseId));
  for (const project of new Set(requests.map((request) => request.project))) {
    const own = requests.filter((request) => request.project === project);
    const ids = new Set<string>();
    for (let at = 0; at < own.length; at += CHUNK) {
      for (const id of await linkChunk(pipeline, project, own.slice(at, at + CHUNK), nowMs)) ids.add(id);
    }
    if (ids.size > 0) linked.set(project, ids);
  }
  return linked;
}

async function linkChunk(
  pipeline: SpanPipeline,
  project: string,
  requests: readonly SharedRequest[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const ids = new Set(requests.flatMap(({ traceIds }) => traceIds));
  const options = pipeline.readOptionsOf(project);
  const { traces } = await pipeline.store.traces.loadLinkedTraces(project, [...ids], options);
  const rows: LinkRow[] = [];
  const linked = new Set<string>();
  for (const request of requests) {
    for (const [one, other] of pairsOf(request, traces)) {
      for (const { traceId } of [one, other]) linked.add(traceId);
      rows.push(...(await joinTraces(one, other, (id) => traces.get(id), nowMs)));
    }
  }
  if (rows.length > 0) {
    await pipeline.writeRows(`links-${randomUUID()}`, (builder) => {
      for (const row of rows) builder.rows.add('trace_links', row);
    });
  }
  return linked;
}

/** Pairs of traces that each have a record of the request. */
function* pairsOf(
  { responseId, traceIds }: SharedRequest,
  traces: ReadonlyMap<string, TraceState>,
): Generator<readonly [TraceState, TraceState]> {
  const records = traceIds.flatMap((id) => {
    const trace = traces.get(id);
    return trace === undefined ? [] : [{ trace, spans: recordsIn(trace, responseId) }];
  });
  for (const [at, { trace, spans }] of records.entries()) {
    for (const other of records.slice(at + 1)) {
      if (spans.some((span) => other.spans.some((each) => mayBeOneRequest(span, each))))
        yield [trace, other.trace];
    }
  }
}

function recordsIn({ spans }: TraceState, responseId: string): readonly TraceSpan[] {
  return [...spans.values()].filter(({ call }) => call?.responseId === responseId);
}
