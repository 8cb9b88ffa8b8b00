import type { Attribution, Call, Steps, TraceCall, TraceSpan } from '@userspan/ledger';

import { CALL_COLUMNS, callRowOf } from '../storage/write/call-row.ts';
import type { CallContext, CallRow } from '../storage/write/call-row.ts';
import { newTraceState } from '../storage/read/traces/trace-state.ts';
import type { CallState, TraceState } from '../storage/read/traces/trace-state.ts';

/*
 * A cached trace is encoded as lists of values. This runs for every span, so the fields are written out here once more: a
 * loop over their names takes four times as long.
 */

/** The values of fields, in the order of the fields. */
type ValuesOf<T, Fields extends readonly (keyof T)[]> = { readonly [at in keyof Fields]: T[Fields[at]] };
/** The fields themselves; does not compile where one is missing. */
type Whole<T, Fields extends readonly (keyof T)[]> = keyof T extends Fields[number] ? Fields : never;

/** Times are strings, because JSON has no 64-bit numbers. */
type EncodedCall = Omit<Call, 'traceId' | 'startTimeUnixNano' | 'endTimeUnixNano'> & {
  readonly start: string;
  readonly end: string;
};
type EncodedSpan = Omit<TraceSpan, 'traceId' | 'call'>;
type EncodedContext = Omit<CallContext, 'project'>;

function whole<T>() {
  return <const Fields extends readonly (keyof T)[]>(fields: Whole<T, Fields>): Whole<T, Fields> => fields;
}
const CALL = whole<EncodedCall>()([
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
  'firstChunkNs',
  'error',
  'user',
  'userClaimed',
  'userRefused',
  'threadId',
  'tags',
  'service',
  'wrapper',
]);
const SPAN = whole<EncodedSpan>()([
  'spanId',
  'parentSpanId',
  'userId',
  'userOnCall',
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
  'failureId',
  'wrapper',
  'failed',
  'source',
  'inputTokens',
  'outputTokens',
  'usageFields',
  'costRank',
  'tierKnown',
]);
const CONTEXT = whole<EncodedContext>()(['collector', 'scope', 'name', 'receivedAtMs']);
const ATTRIBUTION = whole<Attribution>()([
  'counted',
  'countedBy',
  'costFrom',
  'userId',
  'verified',
  'rule',
  'threadId',
]);

function valuesOfCall(call: Call): ValuesOf<EncodedCall, typeof CALL> {
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
    call.firstChunkNs,
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

function valuesOfSpan(span: TraceSpan): ValuesOf<EncodedSpan, typeof SPAN> {
  return [
    span.spanId,
    span.parentSpanId,
    span.userId,
    span.userOnCall,
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
    call.failureId,
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

function valuesOfContext(context: CallContext): ValuesOf<EncodedContext, typeof CONTEXT> {
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

/** The object of a list of values. `null` stands for an absent field. */
function objectOf<T>(fields: readonly (keyof T)[], values: readonly unknown[]): T {
  const object: Partial<Record<keyof T, unknown>> = {};
  for (const [at, field] of fields.entries()) {
    const value = values[at];
    if (value !== null && value !== undefined) object[field] = value;
  }
  return object as T;
}

/** The row of a list of values, in which a missing cost is `null`. */
function rowOf(values: readonly unknown[]): CallRow {
  return Object.fromEntries(CALL_COLUMNS.map((column, at) => [column, values[at]])) as unknown as CallRow;
}

type Values = readonly unknown[];

/** A stretch of a trace: some of its spans, and which of them are calls. */
interface EncodedPart {
  readonly spans: (readonly [Values, Values | null])[];
  readonly calls: EncodedCallState[];
  /** In the first part; empty where there are no linked traces. */
  readonly linkedIds: readonly string[];
}

/** The third value is the row, or only its version where the row follows from the call. */
type EncodedCallState = readonly [Values, Values, Values | string | null, Values | null];

function encodeRow({ counted, isDerived }: CallState): Values | string | null {
  if (counted === undefined) return null;
  return isDerived === true ? counted.version : CALL_COLUMNS.map((column) => counted[column]);
}

function encodeCall(state: CallState): EncodedCallState {
  const { call, context, attribution } = state;
  return [
    valuesOfCall(call),
    valuesOfContext(context),
    encodeRow(state),
    attribution === undefined ? null : valuesOfAttribution(attribution),
  ];
}

function decodeCall(
  { project, traceId }: TraceState,
  [callValues, contextValues, row, values]: EncodedCallState,
): CallState {
  const { start, end, ...rest } = objectOf<EncodedCall>(CALL, callValues);
  const times = { startTimeUnixNano: BigInt(start), endTimeUnixNano: BigInt(end) };
  const call: Call = { traceId, ...rest, ...times };
  const context: CallContext = { project, ...objectOf<EncodedContext>(CONTEXT, contextValues) };
  const state: CallState = { call, context };
  if (values !== null) state.attribution = objectOf<Attribution>(ATTRIBUTION, values);
  if (typeof row === 'string' && state.attribution !== undefined) {
    state.counted = callRowOf(call, call, state.attribution, context, BigInt(row));
    state.isDerived = true;
  } else if (row !== null && typeof row !== 'string') state.counted = rowOf(row);
  return state;
}

/** Spans and calls in one part: a part is encoded and decoded in one go. */
const PART_SIZE = 128;

/**
 * Encodes a trace as strings, without field names, which would be most of them. Nearly every trace is one string; a large
 * one has several, so that encoding and decoding it can let others run.
 */
export function* encodeTrace({ spans, calls, linkedIds }: TraceState): Steps<readonly string[]> {
  const parts: string[] = [];
  let part: EncodedPart = { spans: [], calls: [], linkedIds: linkedIds.size > 1 ? [...linkedIds] : [] };
  for (const [spanId, span] of spans) {
    if (part.spans.length === PART_SIZE) {
      parts.push(JSON.stringify(part));
      part = { spans: [], calls: [], linkedIds: [] };
      yield;
    }
    part.spans.push([valuesOfSpan(span), span.call === undefined ? null : valuesOfTraceCall(span.call)]);
    const call = calls.get(spanId);
    if (call !== undefined) part.calls.push(encodeCall(call));
  }
  parts.push(JSON.stringify(part));
  return parts;
}

/** Decodes what {@link encodeTrace} returned. */
export function* decodeTrace(project: string, traceId: string, parts: Iterable<string>): Steps<TraceState> {
  const trace = newTraceState(project, traceId);
  let isFirst = true;
  for (const text of parts) {
    if (!isFirst) yield;
    isFirst = false;
    const encoded = JSON.parse(text) as EncodedPart;
    for (const [values, call] of encoded.spans) {
      const span = { traceId, ...objectOf<EncodedSpan>(SPAN, values) };
      trace.spans.set(
        span.spanId,
        call === null ? span : { ...span, call: objectOf<TraceCall>(TRACE_CALL, call) },
      );
    }
    for (const values of encoded.calls) {
      const state = decodeCall(trace, values);
      trace.calls.set(state.call.spanId, state);
    }
    if (encoded.linkedIds.length > 0) trace.linkedIds = new Set(encoded.linkedIds);
  }
  return trace;
}
