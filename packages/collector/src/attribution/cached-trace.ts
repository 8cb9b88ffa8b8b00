import type { Attribution, Call, TraceCall, TraceSpan } from '@userspan/ledger';

import { tableOf } from '../storage/engine/schema.ts';
import { callRowOf } from '../storage/write/call-row.ts';
import type { CallContext, CallRow } from '../storage/write/call-row.ts';
import { newTraceState } from '../storage/read/traces/trace-state.ts';
import type { CallState, TraceState } from '../storage/read/traces/trace-state.ts';

/*
 * A trace is put away as lists of values, which is written and read for every span: what names the fields is written out
 * here once more, because a loop over names takes four times as long.
 */

/** The values of fields, in the order of the fields. */
type ValuesOf<T, Fields extends readonly (keyof T)[]> = { readonly [at in keyof Fields]: T[Fields[at]] };
/** The fields as they are; does not compile where one is left out. */
type Whole<T, Fields extends readonly (keyof T)[]> = keyof T extends Fields[number] ? Fields : never;

/** Times are texts, because JSON has no 64-bit numbers. */
type RestingCall = Omit<Call, 'traceId' | 'startTimeUnixNano' | 'endTimeUnixNano'> & {
  readonly start: string;
  readonly end: string;
};
type RestingSpan = Omit<TraceSpan, 'traceId' | 'call'>;
type RestingContext = Omit<CallContext, 'project'>;

function whole<T>() {
  return <const Fields extends readonly (keyof T)[]>(fields: Whole<T, Fields>): Whole<T, Fields> => fields;
}
const CALL = whole<RestingCall>()([
  'spanId',
  'parentSpanId',
  'start',
  'end',
  'dialect',
  'operation',
  'provider',
  'model',
  'requestModel',
  'responseId',
  'serviceTier',
  'requestServiceTier',
  'baseUrl',
  'usage',
  'usageEstimated',
  'cost',
  'statedCost',
  'error',
  'user',
  'userClaimed',
  'userRefused',
  'threadId',
  'tags',
  'service',
  'wrapper',
]);
const SPAN = whole<RestingSpan>()([
  'spanId',
  'parentSpanId',
  'userId',
  'resourceUserId',
  'unverified',
  'userNone',
  'threadId',
]);
const TRACE_CALL = whole<TraceCall>()([
  'scope',
  'startMs',
  'endMs',
  'operation',
  'models',
  'responseId',
  'wrapper',
  'failed',
  'source',
  'inputTokens',
  'outputTokens',
  'usageFields',
  'costRank',
  'tierKnown',
]);
const CONTEXT = whole<RestingContext>()(['collector', 'scope', 'name', 'receivedAtMs']);
const ATTRIBUTION = whole<Attribution>()([
  'counted',
  'countedBy',
  'costFrom',
  'userId',
  'verified',
  'rule',
  'threadId',
]);
const ROW = Object.keys(tableOf('calls').columns) as readonly (keyof CallRow)[];

function valuesOfCall(call: Call): ValuesOf<RestingCall, typeof CALL> {
  return [
    call.spanId,
    call.parentSpanId,
    String(call.startTimeUnixNano),
    String(call.endTimeUnixNano),
    call.dialect,
    call.operation,
    call.provider,
    call.model,
    call.requestModel,
    call.responseId,
    call.serviceTier,
    call.requestServiceTier,
    call.baseUrl,
    call.usage,
    call.usageEstimated,
    call.cost,
    call.statedCost,
    call.error,
    call.user,
    call.userClaimed,
    call.userRefused,
    call.threadId,
    call.tags,
    call.service,
    call.wrapper,
  ];
}

function valuesOfSpan(span: TraceSpan): ValuesOf<RestingSpan, typeof SPAN> {
  return [
    span.spanId,
    span.parentSpanId,
    span.userId,
    span.resourceUserId,
    span.unverified,
    span.userNone,
    span.threadId,
  ];
}

function valuesOfTraceCall(call: TraceCall): ValuesOf<TraceCall, typeof TRACE_CALL> {
  return [
    call.scope,
    call.startMs,
    call.endMs,
    call.operation,
    call.models,
    call.responseId,
    call.wrapper,
    call.failed,
    call.source,
    call.inputTokens,
    call.outputTokens,
    call.usageFields,
    call.costRank,
    call.tierKnown,
  ];
}

function valuesOfContext(context: CallContext): ValuesOf<RestingContext, typeof CONTEXT> {
  return [context.collector, context.scope, context.name, context.receivedAtMs];
}

function valuesOfAttribution(attribution: Attribution): ValuesOf<Attribution, typeof ATTRIBUTION> {
  return [
    attribution.counted,
    attribution.countedBy,
    attribution.costFrom,
    attribution.userId,
    attribution.verified,
    attribution.rule,
    attribution.threadId,
  ];
}

/** The object again. No field of these holds a `null` of its own. */
function objectOf<T>(fields: readonly (keyof T)[], values: readonly unknown[]): T {
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
  return isDerived === true ? counted.version : ROW.map((column) => counted[column]);
}

function restCall(state: CallState): Resting['calls'][number] {
  const { call, context, attribution } = state;
  return [
    valuesOfCall(call),
    valuesOfContext(context),
    restRow(state),
    attribution === undefined ? null : valuesOfAttribution(attribution),
  ];
}

function wakeCall(
  { project, traceId }: TraceState,
  [callValues, contextValues, row, values]: Resting['calls'][number],
): CallState {
  const { start, end, ...rest } = objectOf<RestingCall>(CALL, callValues);
  const times = { startTimeUnixNano: BigInt(start), endTimeUnixNano: BigInt(end) };
  const call: Call = { traceId, ...rest, ...times };
  const context: CallContext = { project, ...objectOf<RestingContext>(CONTEXT, contextValues) };
  const state: CallState = { call, context };
  if (values !== null) state.attribution = objectOf<Attribution>(ATTRIBUTION, values);
  if (typeof row === 'string' && state.attribution !== undefined) {
    state.counted = callRowOf(call, call, state.attribution, context, BigInt(row));
    state.isDerived = true;
  } else if (row !== null && typeof row !== 'string') state.counted = rowOf(row);
  return state;
}

/** A trace as one text. Without names of fields, which would be most of it. */
export function encodeTrace({ spans, calls, together }: TraceState): string {
  const resting: Resting = {
    spans: Array.from(spans.values(), (span) => [
      valuesOfSpan(span),
      span.call === undefined ? null : valuesOfTraceCall(span.call),
    ]),
    calls: Array.from(calls.values(), restCall),
    together: together.size > 1 ? [...together] : [],
  };
  return JSON.stringify(resting);
}

/** The trace that {@link encodeTrace} made a text of. */
export function decodeTrace(project: string, traceId: string, text: string): TraceState {
  const trace = newTraceState(project, traceId);
  const resting = JSON.parse(text) as Resting;
  for (const [values, call] of resting.spans) {
    const span = { traceId, ...objectOf<RestingSpan>(SPAN, values) };
    trace.spans.set(
      span.spanId,
      call === null ? span : { ...span, call: objectOf<TraceCall>(TRACE_CALL, call) },
    );
  }
  for (const values of resting.calls) {
    const state = wakeCall(trace, values);
    trace.calls.set(state.call.spanId, state);
  }
  if (resting.together.length > 0) trace.together = new Set(resting.together);
  return trace;
}
