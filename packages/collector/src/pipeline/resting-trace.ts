import type { Attribution, Call, TraceCall, TraceSpan } from '@userspan/ledger';

import { tableOf } from '../store/schema.ts';
import { callRowOf } from './call-row.ts';
import type { CallContext, CallRow } from './call-row.ts';
import { newTraceState } from './trace-state.ts';
import type { CallState, TraceState } from './trace-state.ts';

type Fields<T> = readonly (keyof T)[];

/** Names of all fields: one that is forgotten, or is none, does not compile. */
function fieldsOf<T>(fields: Readonly<Record<keyof T, true>>): Fields<T> {
  return Object.keys(fields) as (keyof T)[];
}

/** Times are texts, because JSON has no 64-bit numbers. */
type RestingCall = Omit<Call, 'startTimeUnixNano' | 'endTimeUnixNano'> & {
  readonly start: string;
  readonly end: string;
};

const CALL = fieldsOf<RestingCall>({
  traceId: true,
  spanId: true,
  parentSpanId: true,
  start: true,
  end: true,
  dialect: true,
  operation: true,
  provider: true,
  model: true,
  requestModel: true,
  responseId: true,
  serviceTier: true,
  requestServiceTier: true,
  baseUrl: true,
  usage: true,
  usageEstimated: true,
  cost: true,
  error: true,
  user: true,
  userClaimed: true,
  userRefused: true,
  threadId: true,
  tags: true,
  service: true,
  wrapper: true,
});
const SPAN = fieldsOf<Omit<TraceSpan, 'call'>>({
  traceId: true,
  spanId: true,
  parentSpanId: true,
  userId: true,
  userClaimed: true,
  nobody: true,
  threadId: true,
});
const TRACE_CALL = fieldsOf<TraceCall>({
  scope: true,
  startMs: true,
  endMs: true,
  operation: true,
  models: true,
  responseId: true,
  wrapper: true,
  failed: true,
  source: true,
  inputTokens: true,
  outputTokens: true,
  usageFields: true,
  costRank: true,
  tierKnown: true,
});
const CONTEXT = fieldsOf<CallContext>({
  project: true,
  collector: true,
  scope: true,
  name: true,
  receivedAtMs: true,
});
const ATTRIBUTION = fieldsOf<Attribution>({
  counted: true,
  countedBy: true,
  costFrom: true,
  userId: true,
  userClaimed: true,
  from: true,
  threadId: true,
});
const ROW = Object.keys(tableOf('calls').columns) as readonly (keyof CallRow)[];

/** Values in the order of the fields; what is absent is `null`, as JSON writes it. */
function valuesOf<T>(fields: Fields<T>, object: T): unknown[] {
  return fields.map((field) => object[field]);
}

/** The object again. No field of these holds a `null` of its own. */
function objectOf<T>(fields: Fields<T>, values: readonly unknown[]): T {
  const object: Partial<Record<keyof T, unknown>> = {};
  for (const [at, field] of fields.entries()) {
    const value = values[at];
    if (value !== null && value !== undefined) object[field] = value;
  }
  return object as T;
}

/** The row again, in which a missing cost is a `null`. */
function rowOf(values: readonly unknown[]): CallRow {
  return Object.fromEntries(ROW.map((column, at) => [column, values[at]])) as unknown as CallRow;
}

type Values = readonly unknown[];

interface Resting {
  readonly spans: readonly (readonly [Values, Values | null])[];
  /** The row whole, or only its version where the rest follows. */
  readonly calls: readonly (readonly [Values, Values, Values | string | null, Values | null])[];
  readonly together: readonly string[];
}

function restRow({ counted, isDerived }: CallState): Values | string | null {
  if (counted === undefined) return null;
  return isDerived === true ? counted.version : valuesOf(ROW, counted);
}

function restCall(state: CallState): Resting['calls'][number] {
  const { call, context, attribution } = state;
  const { startTimeUnixNano, endTimeUnixNano, ...rest } = call;
  const resting = { ...rest, start: String(startTimeUnixNano), end: String(endTimeUnixNano) };
  return [
    valuesOf(CALL, resting),
    valuesOf(CONTEXT, context),
    restRow(state),
    attribution === undefined ? null : valuesOf(ATTRIBUTION, attribution),
  ];
}

function wakeCall([callValues, contextValues, row, values]: Resting['calls'][number]): CallState {
  const { start, end, ...rest } = objectOf(CALL, callValues);
  const call = { ...rest, startTimeUnixNano: BigInt(start), endTimeUnixNano: BigInt(end) };
  const context = objectOf(CONTEXT, contextValues);
  const state: CallState = { call, context };
  if (values !== null) state.attribution = objectOf(ATTRIBUTION, values);
  if (typeof row === 'string' && state.attribution !== undefined) {
    state.counted = callRowOf(call, call, state.attribution, context, BigInt(row));
    state.isDerived = true;
  } else if (row !== null && typeof row !== 'string') state.counted = rowOf(row);
  return state;
}

/** A trace as one text. Without names of fields, which would be most of it. */
export function restTrace({ spans, calls, together }: TraceState): string {
  const resting: Resting = {
    spans: Array.from(spans.values(), (span) => [
      valuesOf(SPAN, span),
      span.call === undefined ? null : valuesOf(TRACE_CALL, span.call),
    ]),
    calls: Array.from(calls.values(), restCall),
    together: together.size > 1 ? [...together] : [],
  };
  return JSON.stringify(resting);
}

/** The trace that {@link restTrace} made a text of. */
export function wakeTrace(project: string, traceId: string, text: string): TraceState {
  const trace = newTraceState(project, traceId);
  const resting = JSON.parse(text) as Resting;
  for (const [values, call] of resting.spans) {
    const span = objectOf(SPAN, values);
    trace.spans.set(span.spanId, call === null ? span : { ...span, call: objectOf(TRACE_CALL, call) });
  }
  for (const values of resting.calls) {
    const state = wakeCall(values);
    trace.calls.set(state.call.spanId, state);
  }
  if (resting.together.length > 0) trace.together = new Set(resting.together);
  return trace;
}
