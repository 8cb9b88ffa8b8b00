import type { Attribution, Call, TraceSpan } from '@userspan/ledger';

import type { CallContext, CallRow } from '../../write/call-row.ts';

/** A span that is a call or may be one, and how it is counted at the moment. */
export interface CallState {
  readonly call: Call;
  readonly context: CallContext;
  /** The row that counts; absent where another record of the request counts, or nothing was decided yet. */
  counted?: CallRow;
  /** The row that counts follows from the call and what the trace says of it: nothing else has to be remembered. */
  isDerived?: boolean;
  /** The last statement of the trace; absent after a reload. */
  attribution?: Attribution;
}

/** What is known of a trace: small records of all its spans, and its calls. */
export interface TraceState {
  readonly project: string;
  readonly traceId: string;
  readonly spans: Map<string, TraceSpan>;
  readonly calls: Map<string, CallState>;
  /** This trace and those that are decided together with it; one set for all of them. */
  together: Set<string>;
}

export function newTraceState(project: string, traceId: string): TraceState {
  return { project, traceId, spans: new Map(), calls: new Map(), together: new Set([traceId]) };
}

export function traceKey(project: string, traceId: string): string {
  return `${project}\0${traceId}`;
}
