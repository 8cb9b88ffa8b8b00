import { MAX_LINKED_TRACES, mayBeOneRequest } from '@userspan/ledger';
import type { TraceSpan } from '@userspan/ledger';

import { uuidOf } from '../storage/engine/ids.ts';
import type { CallPlace } from './call-table.ts';
import { loadTracesTogether } from '../storage/read/traces/load-traces-together.ts';
import type { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import type { BatchContext } from './build-write-batch.ts';
import { traceKey } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

/**
 * Brings traces back from the store, with all that are decided together with them. What is at hand stays as it is.
 */
export async function loadStoredTraces(
  project: string,
  traceIds: readonly string[],
  state: BatchContext,
): Promise<void> {
  const isAtHand = (traceId: string): boolean => state.recent.take(traceKey(project, traceId)) !== undefined;
  const options = state.readOptionsOf(project);
  const { traces } = await loadTracesTogether(state.store, project, traceIds, options, isAtHand);
  for (const [traceId, trace] of traces) state.recent.put(traceKey(project, traceId), trace);
}

/** A call, and where another record of its request may be. */
export interface FoundLink {
  readonly trace: TraceState;
  readonly span: TraceSpan;
  readonly other: CallPlace;
}

/** Looks for other traces with a record of a call that has just come. */
export function findLinks(trace: TraceState, span: TraceSpan, state: BatchContext): readonly FoundLink[] {
  if (span.call === undefined) return [];
  return state.links.note(trace.project, span).map((other) => ({ trace, span, other }));
}

/** Has two traces decided together from now on where they have records of one request, and remembers it in the store. */
export async function linkTraces(
  { trace, span, other: { traceId: otherId, spanId } }: FoundLink,
  builder: WriteBatchBuilder,
  state: BatchContext,
  receivedAtMs: number,
): Promise<void> {
  if (trace.together.has(otherId)) return;
  const { project } = trace;
  const other = await takeTrace(project, otherId, state);
  const otherSpan = other?.spans.get(spanId);
  if (other === undefined || otherSpan === undefined || !mayBeOneRequest(otherSpan, span)) return;
  if (trace.together.size + other.together.size > MAX_LINKED_TRACES) return;
  const together = new Set([...trace.together, ...other.together]);
  for (const id of together) {
    const member = await takeTrace(project, id, state);
    if (member !== undefined) member.together = together;
  }
  const received = Math.floor(receivedAtMs / 1000);
  const [a, b] = [uuidOf(trace.traceId), uuidOf(otherId)];
  builder.rows.add('trace_links', [project, a, b, received]);
  builder.rows.add('trace_links', [project, b, a, received]);
}

/** All traces that are decided together with one, in the order of their ids. */
export async function tracesTogether(trace: TraceState, state: BatchContext): Promise<readonly TraceState[]> {
  if (trace.together.size === 1) return [trace];
  const traces: TraceState[] = [];
  for (const id of [...trace.together].sort()) {
    const member = id === trace.traceId ? trace : await takeTrace(trace.project, id, state);
    if (member !== undefined) traces.push(member);
  }
  return traces;
}

async function takeTrace(
  project: string,
  traceId: string,
  state: BatchContext,
): Promise<TraceState | undefined> {
  const key = traceKey(project, traceId);
  const found = state.recent.take(key);
  if (found !== undefined) return found;
  await state.committed();
  await loadStoredTraces(project, [traceId], state);
  return state.recent.take(key);
}
