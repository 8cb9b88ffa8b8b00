import { resolveTrace } from '@userspan/ledger';
import type { Attribution } from '@userspan/ledger';

import { callRowOf, haveOneKey, sayTheSame } from './call-row.ts';
import type { CallRow } from './call-row.ts';
import type { CallState, TraceState } from './trace-state.ts';

/** A call that counts from now on, counts otherwise, or does not count any more. */
export interface Correction {
  readonly before?: CallRow;
  readonly after?: CallRow;
}

/** Keeps the cost that a call had, and that of a repricing, when only its user changes. */
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

function isSameAttribution(a: Attribution, b: Attribution | undefined): boolean {
  return (
    b !== undefined &&
    a.counted === b.counted &&
    a.costFrom === b.costFrom &&
    a.userId === b.userId &&
    a.userClaimed === b.userClaimed &&
    a.from === b.from &&
    a.threadId === b.threadId
  );
}

function rowOf(trace: TraceState, state: CallState, attribution: Attribution, version: bigint): CallRow {
  const pricedId = attribution.costFrom?.slice(attribution.costFrom.indexOf(':') + 1);
  const priced = pricedId === undefined ? undefined : trace.calls.get(pricedId)?.call;
  const row = callRowOf(state.call, priced ?? state.call, attribution, state.context, version);
  return keepCost(row, state.counted, priced === undefined);
}

/**
 * Decides anew what the calls of a trace count as, remembers it, and returns what changed.
 *
 * A row that changes gets a version above its old one, so that the newer wins in the store whatever the clocks say.
 */
export function resolveState(trace: TraceState, version: bigint): readonly Correction[] {
  if (trace.calls.size === 0) return [];
  const corrections: Correction[] = [];
  const attributions = resolveTrace(trace.spans.values());
  for (const [spanId, state] of trace.calls) {
    const attribution = attributions.get(`${trace.traceId}:${spanId}`);
    if (attribution === undefined || isSameAttribution(attribution, state.attribution)) continue;
    state.attribution = attribution;
    const before = state.counted;
    if (!attribution.counted) {
      if (before === undefined) continue;
      delete state.counted;
      corrections.push({ before });
      continue;
    }
    const above =
      before === undefined || BigInt(before.version) < version ? version : BigInt(before.version) + 1n;
    const after = rowOf(trace, state, attribution, above);
    if (before !== undefined && sayTheSame(before, after)) continue;
    state.counted = after;
    corrections.push(before === undefined ? { after } : { before, after });
  }
  return corrections;
}

/** The row that takes an old one out of its table; `undefined` when the new one takes its place by itself. */
export function removalOf({ before, after }: Correction, version: bigint): CallRow | undefined {
  if (before === undefined) return undefined;
  if (after !== undefined && haveOneKey(before, after)) return undefined;
  const above = BigInt(before.version) < version ? version : BigInt(before.version) + 1n;
  return { ...before, version: String(above), deleted: 1 };
}
