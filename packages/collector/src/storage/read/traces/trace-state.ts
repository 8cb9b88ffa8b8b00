import type { Attribution, Call, TraceSpan } from '@userspan/ledger';

import type { CallContext, CallRow } from '../../write/call-row.ts';

/** A span that is a call or may be one, and how it is counted now. */
export interface CallState {
  readonly call: Call;
  readonly context: CallContext;
  /** The row that counts; absent where another record of the request counts, or nothing was decided yet. */
  counted?: CallRow | undefined;
  /** Whether the row follows from the call and its attribution, so that it need not be kept. */
  isDerived?: boolean;
  /** The last statement of the trace; absent after a reload. */
  attribution?: Attribution | undefined;
}

/** What is known of a trace: small records of all its spans, and its calls. */
export interface TraceState {
  readonly project: string;
  readonly traceId: string;
  readonly spans: Map<string, TraceSpan>;
  readonly calls: Map<string, CallState>;
  /** The ids of this trace and of those that are linked to it; one shared set for the group. */
  linkedIds: Set<string>;
}

export function newTraceState(project: string, traceId: string): TraceState {
  return { project, traceId, spans: new Map(), calls: new Map(), linkedIds: new Set([traceId]) };
}

export function traceKey(project: string, traceId: string): string {
  return `${project}\0${traceId}`;
}
