import { ATTR_COST_SOURCE, ATTR_USER_NONE } from '@userspan/core/semconv';
import type { Call, CallCost } from '../calls/call.ts';
import { comparableModel } from '../deduplication/comparable-model.ts';
import { own, readText } from '../reading/read-attribute.ts';
import type { Attributes, Span } from '../span.ts';
import type { UserOnSpan } from '../identity/user-of.ts';

/** What a trace needs to know of one of its spans: plain values, small enough to keep for every span. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** The user that the span names itself. */
  readonly userId?: string;
  /** Present when that user is only claimed. */
  readonly userClaimed?: true;
  /** Present when the app said that the span is for nobody: no user above it, and no other of the trace, is its. */
  readonly nobody?: true;
  /** The thread that the span names itself. */
  readonly threadId?: string;
  /** Present when the span is a call, or a wrapper with usage. */
  readonly call?: TraceCall;
}

/** What it takes to tell whether two spans are one request, and which of them knows more. */
export interface TraceCall {
  /** Name of the instrumentation scope. */
  readonly scope: string;
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly operation: string;
  /** Names of the model, comparable between instrumentations. */
  readonly models: readonly string[];
  readonly responseId?: string;
  /** Present on a span around calls. */
  readonly wrapper?: true;
  /** Present when the call failed. */
  readonly failed?: true;
  /** The process it comes from, as far as its resource tells. */
  readonly source: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** How many counts of usage it has that are not 0. */
  readonly usageFields: number;
  /** 0 unpriced or unbilled, 1 stated by an instrumentation, 2 from the list, 3 said by the provider, 4 from prices of one's own. */
  readonly costRank: number;
  /** Present when the service tier is known. */
  readonly tierKnown?: true;
}

const COST_RANKS = { unbilled: 0, list: 2, provider: 3, custom: 4 } as const;

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** The record of a span for its trace. */
export function traceSpanOf(
  span: Span,
  { user, claimed }: UserOnSpan,
  threadId: string | undefined,
  call: Call | undefined,
): TraceSpan {
  const record: Mutable<TraceSpan> = { traceId: span.traceId, spanId: span.spanId };
  if (span.parentSpanId !== undefined) record.parentSpanId = span.parentSpanId;
  if (user !== undefined) record.userId = user.id;
  if (user !== undefined && claimed) record.userClaimed = true;
  if (user === undefined && own(span.attributes, ATTR_USER_NONE) === true) record.nobody = true;
  if (threadId !== undefined) record.threadId = threadId;
  if (call !== undefined) record.call = traceCallOf(span, call);
  return record;
}

function traceCallOf(span: Span, call: Call): TraceCall {
  const { usage } = call;
  const record: Mutable<TraceCall> = {
    scope: span.scope.name,
    source: sourceOf(span.resource),
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    operation: call.operation,
    models: modelsOf(call),
    usageFields: countFields(usage),
    costRank: costRankOf(span, call.cost),
  };
  if (call.responseId !== undefined) record.responseId = call.responseId;
  if (call.wrapper) record.wrapper = true;
  if (call.error !== undefined) record.failed = true;
  if (usage.inputTokens !== undefined) record.inputTokens = usage.inputTokens;
  if (usage.outputTokens !== undefined) record.outputTokens = usage.outputTokens;
  if (call.serviceTier !== undefined) record.tierKnown = true;
  return record;
}

function modelsOf({ model, requestModel }: Call): readonly string[] {
  if (model === undefined) return [];
  const comparable = comparableModel(model);
  if (requestModel === undefined || requestModel === model) return [comparable];
  const asked = comparableModel(requestModel);
  return asked === comparable ? [comparable] : [comparable, asked];
}

function countFields(usage: Call['usage']): number {
  let fields = 0;
  for (const field in usage) if (usage[field as keyof Call['usage']] !== 0) fields += 1;
  return fields;
}

const SOURCE_KEYS = ['service.name', 'service.instance.id', 'host.id', 'host.name', 'process.pid'];
/** All spans of a request, or of a process, share their resource. */
const sources = new WeakMap<Attributes, string>();

function sourceOf(resource: Attributes): string {
  const known = sources.get(resource);
  if (known !== undefined) return known;
  let source = '';
  for (const key of SOURCE_KEYS) {
    const value = resource[key];
    const part =
      typeof value === 'number' || typeof value === 'bigint' ? String(value) : readText(resource, key);
    source += part === undefined ? '/' : `${part}/`;
  }
  sources.set(resource, source);
  return source;
}

/** A cost without a source is some table's of the instrumentation: it is believed while nobody knows better. */
function costRankOf(span: Span, cost: CallCost): number {
  if ('unpriced' in cost) return 0;
  if (cost.source === 'provider' && span.attributes[ATTR_COST_SOURCE] === undefined) return 1;
  return COST_RANKS[cost.source];
}
