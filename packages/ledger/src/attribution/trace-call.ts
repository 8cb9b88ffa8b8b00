import { ATTR_FAILURE_ID } from '@userspan/core/semconv';
import type { Call } from '../calls/call.ts';
import { costRank } from '../cost/stated-cost.ts';
import { comparableModel } from '../deduplication/comparable-model.ts';
import { streamRecordOf } from '../dialects/logfire.ts';
import { readText } from '../reading/read-attribute.ts';
import type { Attributes, Span } from '../span.ts';

/** The fields of a call that decide whether two spans record the same request, and which of them has more information. */
export interface TraceCall {
  /** Name of the instrumentation scope. */
  readonly scope: string;
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly operation: string;
  /** Names of the model in a form that is comparable between instrumentations. */
  readonly models: readonly string[];
  readonly responseId?: string;
  /** The same id on all records of one failed call. */
  readonly failureId?: string;
  /** Present on a span around calls. */
  readonly wrapper?: true;
  /** Present when the call failed. */
  readonly failed?: true;
  /**
   * The process that sent it, as far as its resource tells: the service, an instance of it, or a process of a host; without
   * these, all that the resource states. Empty if that is nothing, as for events of PostHog's and Lunary's clients.
   */
  readonly source: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Number of usage counts that are not 0. */
  readonly usageFields: number;
  /**
   * Rank of the cost's source: 0 unpriced or unbilled, 1 list, 2 computed by the sender, 3 reported by the provider, 4
   * own price.
   */
  readonly costRank: number;
  /** Present on a record of an answer that starts when the span of its request ends. */
  readonly followsRequest?: true;
  /** Present when the service tier is known. */
  readonly tierKnown?: true;
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** Creates the record of a call for its trace. */
export function traceCallOf(span: Span, call: Call): TraceCall {
  const { usage } = call;
  const stream = streamRecordOf(span);
  const record: Mutable<TraceCall> = {
    scope: stream?.scope ?? span.scope.name,
    source: sourceOf(span.resource),
    startMs: stream?.startMs ?? Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    operation: call.operation,
    models: modelsOf(call),
    usageFields: countFields(usage),
    costRank: 'unpriced' in call.cost ? 0 : costRank(call.cost.source),
  };
  if (call.responseId !== undefined) record.responseId = call.responseId;
  const failureId = call.error === undefined ? undefined : readText(span.attributes, ATTR_FAILURE_ID);
  if (failureId !== undefined) record.failureId = failureId;
  if (call.wrapper) record.wrapper = true;
  if (call.error !== undefined) record.failed = true;
  if (usage.inputTokens !== undefined) record.inputTokens = usage.inputTokens;
  if (usage.outputTokens !== undefined) record.outputTokens = usage.outputTokens;
  if (stream !== undefined) record.followsRequest = true;
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

const SOURCE_KEYS = ['service.name', 'service.instance.id', 'host.id', 'host.name', 'process.pid'] as const;
/** Cache by resource, which all spans of an OTLP request or of a process share. */
const sources = new WeakMap<Attributes, string>();

function sourceOf(resource: Attributes): string {
  const known = sources.get(resource);
  if (known !== undefined) return known;
  const parts = SOURCE_KEYS.map((key) => {
    const value = resource[key];
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : readText(resource, key);
  });
  const source = isIdentified(parts) ? parts.map((part) => `${part ?? ''}/`).join('') : textOf(resource);
  sources.set(resource, source);
  return source;
}

/** Longer texts, which every call would keep, are not compared. */
const MAX_TEXT = 512;

/** All attributes of a resource that does not identify a process, so that only equal resources are one source. */
function textOf(resource: Attributes): string {
  const entries = Object.entries(resource).toSorted(([first], [second]) => (first < second ? -1 : 1));
  if (entries.length === 0) return '';
  const text = JSON.stringify(entries, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return text.length > MAX_TEXT ? '' : text;
}

/**
 * Whether a resource tells enough to compare two processes. The SDKs' default name, `unknown_service`, does: one application
 * with two instrumentations is more likely than two without names that send equal requests at the same moment.
 */
function isIdentified([service, instance, hostId, host, pid]: readonly (string | undefined)[]): boolean {
  return (
    service !== undefined || instance !== undefined || ((hostId ?? host) !== undefined && pid !== undefined)
  );
}
