import { createHash } from 'node:crypto';

import type { Steps } from '@userspan/ledger';

import { TimeSlice } from '../runtime/time-slice.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import type { Correction } from '../storage/write/correction.ts';
import { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import { linkedStatesOf } from './linked-traces.ts';
import type { TraceSources } from './linked-traces.ts';
import { correctionsOf, resolveTraces } from './resolve-state.ts';

// A late span may give every call of a trace another user. Of a trace with very many calls, or of many linked ones, these
// corrections are written in parts of their own: early parts, before the part with the spans that made the difference.
//
// What a crash between two parts leaves: calls of one trace with the user from before and with the one from now, and sums
// that agree with them. The spans are not stored, so they come again from the log, the trace is decided once more, and what
// is corrected already says the same.

/** Corrections of stored calls that are written before the spans that made the difference. */
export interface EarlyPart {
  /** Made from the calls and the versions that they had: no other corrections ever have it. */
  readonly id: string;
  readonly builder: WriteBatchBuilder;
}

/** Attributes linked traces again, and takes what changed into the batch. */
export function correctTraces(traces: readonly TraceState[], builder: WriteBatchBuilder): Steps<void> {
  return resolveTraces(traces, builder.version, (correction) => builder.correct(correction));
}

/**
 * Attributes each group of linked traces once, and takes what changed into the batch.
 *
 * @yields corrections for which the batch has no room: `maxEarlierSpans` of them, or fewer at the end
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

  /** Takes the correction of a stored call; a new call belongs to its span. */
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
