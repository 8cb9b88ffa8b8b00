import { isSameAttribution, resolveTraceInSteps } from '@userspan/ledger';
import type { Attribution, Steps, TraceSpan } from '@userspan/ledger';

import { compactTrace, LARGE_TRACE_SPANS } from './cached-trace.ts';
import { callRowOf, haveSameFacts } from '../storage/write/call-row.ts';
import type { Correction } from '../storage/write/correction.ts';
import type { CallRow } from '../storage/write/call-row.ts';
import type { CallState, TraceState } from '../storage/read/traces/trace-state.ts';

/** Loops yield every 32 calls. */
const STEP_MASK = 31;
/** Number of calls after which a large trace is compacted again. Compacting visits each of its spans. */
const COMPACT_EVERY = 8_192;

/** Keeps the cost of a call, and that of a repricing, if only its user changes. */
function keepCost(row: CallRow, counted: CallRow | undefined, isOwnCost: boolean): CallRow {
  if (counted === undefined || (!isOwnCost && counted.cost_at_call !== row.cost_at_call)) return row;
  return {
    ...row,
    cost: counted.cost,
    cost_at_call: counted.cost_at_call,
    cost_source: counted.cost_source,
    cost_as_of: counted.cost_as_of,
    unpriced: counted.unpriced,
  };
}

/** Finds a call of several traces by its key. */
function callAt(traces: readonly TraceState[], key: string | undefined): CallState | undefined {
  if (key === undefined) return undefined;
  const at = key.indexOf(':');
  const traceId = key.slice(0, at);
  return traces.find((trace) => trace.traceId === traceId)?.calls.get(key.slice(at + 1));
}

function rowOf(
  traces: readonly TraceState[],
  state: CallState,
  attribution: Attribution,
  version: bigint,
): CallRow {
  const priced = callAt(traces, attribution.costFrom)?.call;
  const row = callRowOf(state.call, priced ?? state.call, attribution, state.context, version);
  return keepCost(row, state.counted, priced === undefined);
}

function* spansOf(traces: readonly TraceState[]): Generator<TraceSpan> {
  for (const { spans } of traces) yield* spans.values();
}

/**
 * Attributes the calls of a trace, or of linked traces, again. Stores the result in their state and passes on each
 * change immediately, so that the rows of tens of thousands of calls are never in memory at the same time.
 *
 * A changed row gets a higher version than before, so that it wins in the store independent of clocks.
 */
export function* resolveTraces(
  traces: readonly TraceState[],
  version: bigint,
  onCorrection: (correction: Correction) => void,
): Steps<void> {
  for (const correction of correctionsOf(traces, version)) {
    if (correction === undefined) yield;
    else onCorrection(correction);
  }
}

/**
 * The changes of {@link resolveTraces}, for a caller that writes them in parts.
 *
 * @yields each change, and `undefined` for a pause
 */
export function* correctionsOf(
  traces: readonly TraceState[],
  version: bigint,
): Generator<Correction | undefined, void> {
  if (traces.every(({ calls }) => calls.size === 0)) return;
  const attributions = yield* resolveTraceInSteps(spansToResolve(traces));
  let done = 0;
  for (const trace of traces) {
    const { traceId, calls } = trace;
    const isLarge = trace.spans.size >= LARGE_TRACE_SPANS;
    for (const [spanId, state] of calls) {
      if ((++done & STEP_MASK) === 0) yield undefined;
      const correction = decide(traces, state, attributions.get(`${traceId}:${spanId}`), version);
      if (correction !== undefined) yield correction;
      // At the end, because the state of the call may be another object afterwards.
      if (isLarge && done % COMPACT_EVERY === 0) yield* compactTrace(trace);
    }
    if (isLarge) yield* compactTrace(trace);
  }
}

/** The spans of all traces; those of a single trace without a copy. */
function spansToResolve(traces: readonly TraceState[]): Iterable<TraceSpan> {
  const [only, another] = traces;
  return only !== undefined && another === undefined ? only.spans.values() : spansOf(traces);
}

function decide(
  traces: readonly TraceState[],
  state: CallState,
  attribution: Attribution | undefined,
  version: bigint,
): Correction | undefined {
  if (attribution === undefined) return undefined;
  if (state.attribution !== undefined && isSameAttribution(state.attribution, attribution)) return undefined;
  // A cached row is derived from the previous attribution, so it is read first.
  const before = state.counted;
  state.attribution = attribution;
  if (!attribution.counted) {
    if (before === undefined) return undefined;
    state.counted = undefined;
    state.isDerived = false;
    return { before };
  }
  const above =
    before === undefined || BigInt(before.version) < version ? version : BigInt(before.version) + 1n;
  const after = rowOf(traces, state, attribution, above);
  if (before !== undefined && haveSameFacts(before, after)) {
    state.isDerived = false;
    return undefined;
  }
  state.counted = after;
  // A cost from another record, or an earlier cost, must be kept with the row.
  state.isDerived = before === undefined && attribution.costFrom === undefined;
  return before === undefined ? { after } : { before, after };
}
