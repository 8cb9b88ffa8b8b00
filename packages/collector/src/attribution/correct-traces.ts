import { createHash } from 'node:crypto';

import type { Steps } from '@userspan/ledger';

import { TimeSlice } from '../runtime/time-slice.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import type { Correction } from '../storage/write/correction.ts';
import { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import { linkedStatesOf } from './linked-traces.ts';
import type { TraceSources } from './linked-traces.ts';
import { correctionsOf, resolveTraces } from './resolve-state.ts';

// A late span may change the user of every call of its trace, and of the traces that are linked to it. If a group of linked
// traces has more calls than the batch has room for, the corrections of its stored calls are written in early parts: write
// batches of their own, before the write batch with the late span.
//
// Invariants: a group is attributed once per batch, with all of its traces. An early part has corrections of calls that the
// store has already; a new call is always in the same write batch as its span. A call and its sums are corrected together.
//
// A crash between two early parts leaves some calls of a trace with their old user and some with the new one; the sums agree
// with the calls. The late span is not stored yet, so the log delivers it again. The trace is then attributed anew, and calls
// that are already corrected do not change.

/** Corrections of stored calls, written before the spans that cause them. */
export interface EarlyPart {
  /** A hash of the corrected calls and their previous versions, which is unique to these corrections. */
  readonly id: string;
  readonly builder: WriteBatchBuilder;
}

/** Attributes linked traces and adds each changed call to the batch. */
export function correctTraces(traces: readonly TraceState[], builder: WriteBatchBuilder): Steps<void> {
  return resolveTraces(traces, builder.version, (correction) => builder.correct(correction));
}

/**
 * Attributes each group of linked traces once and adds each changed call to the batch.
 *
 * @yields early parts with the corrections that the batch has no room for, `maxEarlierSpans` in each but the last
 */
export async function* correctInParts(
  traces: Iterable<TraceState>,
  builder: WriteBatchBuilder,
  state: TraceSources & { readonly maxEarlierSpans: number },
): AsyncGenerator<EarlyPart, void> {
  const slice = new TimeSlice();
  const decided = new Set<TraceState>();
  let early = new EarlyCorrections(builder.version);
  for (const trace of traces) {
    if (decided.has(trace)) continue;
    const group = await linkedStatesOf(trace, state);
    for (const one of group) decided.add(one);
    const calls = group.reduce((sum, one) => sum + one.calls.size, 0);
    if (builder.corrected + calls <= state.maxEarlierSpans) {
      await slice.run(correctTraces(group, builder));
      continue;
    }
    for (const correction of correctionsOf(group, builder.version)) {
      if (correction === undefined) await slice.passIfOver();
      else if (!early.take(correction)) builder.correct(correction);
      if (early.builder.corrected < state.maxEarlierSpans) continue;
      yield early;
      early = new EarlyCorrections(builder.version);
    }
  }
  if (early.builder.corrected > 0) yield early;
}

class EarlyCorrections implements EarlyPart {
  readonly builder: WriteBatchBuilder;
  readonly #calls = createHash('sha256');

  constructor(version: bigint) {
    this.builder = new WriteBatchBuilder(version);
  }

  /** Adds the correction of a stored call. Returns `false` for a new call, which belongs to the batch of its span. */
  take(correction: Correction): boolean {
    const { before } = correction;
    if (before === undefined) return false;
    this.builder.correct(correction);
    this.#calls.update(`${before.project}\0${before.trace_id} ${before.span_id} ${before.version} `);
    return true;
  }

  get id(): string {
    return this.#calls.copy().digest('hex').slice(0, 32);
  }
}
