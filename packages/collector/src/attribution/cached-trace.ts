import type { Attribution, Steps, TraceCall, TraceSpan } from '@userspan/ledger';

import { CachedCall, CachedPart, encodeCall, objectOf, whole } from './cached-call.ts';
import type { EncodedCall, Values, ValuesOf } from './cached-call.ts';
import { packValue, unpackValue } from '../runtime/packed-values.ts';
import { newTraceState } from '../storage/read/traces/trace-state.ts';
import type { CallState, TraceState } from '../storage/read/traces/trace-state.ts';

type EncodedSpan = Omit<TraceSpan, 'traceId' | 'call'>;
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
  'followsRequest',
]);
const ATTRIBUTION = whole<Attribution>()([
  'counted',
  'countedBy',
  'costFrom',
  'userId',
  'verified',
  'rule',
  'threadId',
]);

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
    call.followsRequest,
  ];
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

/** A span, the record of its call, and its attribution: `0` if not decided, absent if the span is not a call. */
type EncodedTraceSpan = readonly [Values, Values | null, (Values | 0)?];
function encodeSpan(span: TraceSpan, state: CallState | undefined): EncodedTraceSpan {
  const call = span.call === undefined ? null : valuesOfTraceCall(span.call);
  if (state === undefined) return [valuesOfSpan(span), call];
  const { attribution } = state;
  return [valuesOfSpan(span), call, attribution === undefined ? 0 : valuesOfAttribution(attribution)];
}

/** Number of spans per part. A part is encoded and decoded as a whole. */
const PART_SIZE = 128;

/** Traces with at least this many spans are kept decoded between batches, see `TraceCache`. */
export const LARGE_TRACE_SPANS = 1_024;

/** The parts of traces that were decoded, or that are large and were encoded. Such a trace only grows. */
const partsOf = new WeakMap<TraceState, readonly CachedPart[]>();

/** The bytes of the calls of a part without calls. */
const NO_CALLS = Buffer.alloc(0);

/**
 * Encodes a trace as bytes without field names, which would make up most of the size: two buffers per part, and one
 * with the ids of linked traces if there are any. Nearly every trace has one part. A large one has several, so that
 * encoding and decoding can yield in between; it stays an object, and its calls replace their objects by the encoded
 * form.
 */
export function* encodeTrace(trace: TraceState): Steps<readonly Buffer[]> {
  const encoded: Buffer[] = [];
  const known = partsOf.get(trace) ?? [];
  const parts: CachedPart[] = [];
  const isLarge = trace.spans.size >= LARGE_TRACE_SPANS;
  const spans = trace.spans.values();
  for (let from = 0; from < trace.spans.size; from += PART_SIZE) {
    if (from > 0) yield;
    let part = known[from / PART_SIZE];
    if (part?.isFull === true && !part.isChanged) {
      for (let skipped = 0; skipped < PART_SIZE; skipped += 1) spans.next();
    } else {
      part = encodePart(trace, spans, isLarge);
    }
    parts.push(part);
    encoded.push(part.spans, part.calls);
  }
  if (trace.linkedIds.size > 1) encoded.push(packValue([...trace.linkedIds]));
  if (isLarge) partsOf.set(trace, parts);
  return encoded;
}

/** Makes the calls of a large trace replace their objects by the encoded form, as {@link encodeTrace} does. */
export function* compactTrace(trace: TraceState): Steps<void> {
  yield* encodeTrace(trace);
}

function encodePart(trace: TraceState, spans: Iterator<TraceSpan, unknown>, isLarge: boolean): CachedPart {
  const encodedSpans: EncodedTraceSpan[] = [];
  const encodedCalls: EncodedCall[] = [];
  const states: [string, CallState][] = [];
  for (let size = 0; size < PART_SIZE; size += 1) {
    const next = spans.next();
    if (next.done === true) break;
    const { spanId } = next.value;
    const state = trace.calls.get(spanId);
    encodedSpans.push(encodeSpan(next.value, state));
    if (state === undefined) continue;
    encodedCalls.push(encodeCall(state));
    if (isLarge) states.push([spanId, state]);
  }
  const calls = encodedCalls.length === 0 ? NO_CALLS : packValue(encodedCalls);
  const part = new CachedPart(packValue(encodedSpans), calls, encodedSpans.length === PART_SIZE);
  for (const [at, [spanId, { attribution }]] of states.entries()) {
    trace.calls.set(spanId, new CachedCall(trace, part, at, attribution));
  }
  return part;
}

/** Decodes the bytes of {@link encodeTrace}. */
export function* decodeTrace(project: string, traceId: string, encoded: Iterable<Buffer>): Steps<TraceState> {
  const trace = newTraceState(project, traceId);
  const parts: CachedPart[] = [];
  const attributions = new Map<string, Attribution>();
  let spans: Buffer | undefined;
  for (const bytes of encoded) {
    if (spans === undefined) {
      spans = bytes;
      continue;
    }
    if (parts.length > 0) yield;
    parts.push(decodePart(trace, spans, bytes, attributions));
    spans = undefined;
  }
  if (spans !== undefined) trace.linkedIds = new Set(unpackValue(spans) as string[]);
  partsOf.set(trace, parts);
  return trace;
}

function decodePart(
  trace: TraceState,
  spans: Buffer,
  encodedCalls: Buffer,
  attributions: Map<string, Attribution>,
): CachedPart {
  const { traceId } = trace;
  const encoded = unpackValue(spans) as EncodedTraceSpan[];
  const part = new CachedPart(spans, encodedCalls, encoded.length === PART_SIZE);
  let calls = 0;
  for (const [values, call, attribution] of encoded) {
    const span = { traceId, ...objectOf<EncodedSpan>(SPAN, values) };
    const { spanId } = span;
    trace.spans.set(spanId, call === null ? span : { call: objectOf<TraceCall>(TRACE_CALL, call), ...span });
    if (attribution === undefined) continue;
    const decided = attribution === 0 ? undefined : attributionOf(attribution, attributions);
    trace.calls.set(spanId, new CachedCall(trace, part, calls, decided));
    calls += 1;
  }
  return part;
}

/** Decodes an attribution. Equal ones share an object, because most calls of a trace have the same. */
function attributionOf(values: Values, known: Map<string, Attribution>): Attribution {
  const key = JSON.stringify(values);
  let attribution = known.get(key);
  if (attribution === undefined) {
    attribution = objectOf<Attribution>(ATTRIBUTION, values);
    known.set(key, attribution);
  }
  return attribution;
}
