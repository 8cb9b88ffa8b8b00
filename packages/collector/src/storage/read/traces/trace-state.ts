import type { Attribution, Call, TraceSpan } from '@userspan/ledger';

import type { CallContext, CallRow } from '../../write/call-row.ts';

/** A span that is or may be a call, and its current counted row. */
export interface CallState {
  readonly call: Call;
  readonly context: CallContext;
  /** The counted row. Absent if another record of the request counts, or if nothing was decided yet. */
  counted?: CallRow | undefined;
  /** Whether the row can be derived from the call and its attribution, so that it need not be kept. */
  isDerived?: boolean;
  /** The last decision about the call; absent after loading from the store. */
  attribution?: Attribution | undefined;
}

/** The state of a trace: small records of all its spans, and its calls. */
export interface TraceState {
  readonly project: string;
  readonly traceId: string;
  readonly spans: Map<string, TraceSpan>;
  readonly calls: Map<string, CallState>;
  /** The ids of this trace and of all linked ones. Linked traces share the set. */
  linkedIds: Set<string>;
}

export function newTraceState(project: string, traceId: string): TraceState {
  return { project, traceId, spans: new Map(), calls: new Map(), linkedIds: new Set([traceId]) };
}

export function traceKey(project: string, traceId: string): string {
  return `${project}\0${traceId}`;
}
