import type { Attribution, Call } from '@userspan/ledger';

import { unpackValue } from '../runtime/packed-values.ts';
import { CALL_COLUMNS, callRowOf } from '../storage/write/call-row.ts';
import type { CallContext, CallRow } from '../storage/write/call-row.ts';
import type { CallState, TraceState } from '../storage/read/traces/trace-state.ts';

/*
 * A cached trace is encoded as lists of values. This runs for every span, so the fields are written out here once more: a
 * loop over their names takes four times as long.
 */

/** The values of fields, in the order of the fields. */
export type ValuesOf<T, Fields extends readonly (keyof T)[]> = {
  readonly [at in keyof Fields]: T[Fields[at]];
};
/** The fields; does not compile if one is missing. */
type Whole<T, Fields extends readonly (keyof T)[]> = keyof T extends Fields[number] ? Fields : never;

/** Times are strings, because packed values have no 64-bit numbers. */
type EncodedCallFields = Omit<Call, 'traceId' | 'startTimeUnixNano' | 'endTimeUnixNano'> & {
  readonly start: string;
  readonly end: string;
};
type EncodedContext = Omit<CallContext, 'project'>;

export type Values = readonly unknown[];

/** A list of all fields of a type, in the order of their values. */
export function whole<T>() {
  return <const Fields extends readonly (keyof T)[]>(fields: Whole<T, Fields>): Whole<T, Fields> => fields;
}
const CALL = whole<EncodedCallFields>()([
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
const CONTEXT = whole<EncodedContext>()(['collector', 'scope', 'name', 'receivedAtMs']);
function valuesOfCall(call: Call): ValuesOf<EncodedCallFields, typeof CALL> {
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

function valuesOfContext(context: CallContext): ValuesOf<EncodedContext, typeof CONTEXT> {
  return [context.collector, context.scope, context.name, context.receivedAtMs];
}

/** Creates an object from a list of values. `null` stands for an absent field. */
export function objectOf<T>(fields: readonly (keyof T)[], values: readonly unknown[]): T {
  const object: Partial<Record<keyof T, unknown>> = {};
  for (const [at, field] of fields.entries()) {
    const value = values[at];
    if (value !== null && value !== undefined) object[field] = value;
  }
  return object as T;
}

/** Creates a row from a list of values, in which a missing cost is `null`. */
function rowOf(values: readonly unknown[]): CallRow {
  return Object.fromEntries(CALL_COLUMNS.map((column, at) => [column, values[at]])) as unknown as CallRow;
}

/**
 * The call, its context, and the row; only the row's version if the row can be derived from the call and its
 * attribution.
 */
export type EncodedCall = readonly [Values, Values, Values | string | null];

/**
 * A part of an encoded trace: the bytes of its spans, and the bytes of those that are calls.
 *
 * Calls are most of a trace, and a span that arrives later rarely changes one. So they are decoded one by one when they are
 * asked for, and a full part in which nothing changed keeps its bytes.
 */
export class CachedPart {
  readonly spans: Buffer;
  readonly calls: Buffer;
  /** Whether no span can be added to it. */
  readonly isFull: boolean;
  isChanged = false;
  #decodedCalls: readonly EncodedCall[] | undefined;

  constructor(spans: Buffer, calls: Buffer, isFull: boolean) {
    this.spans = spans;
    this.calls = calls;
    this.isFull = isFull;
  }

  callAt(at: number): EncodedCall {
    this.#decodedCalls ??= unpackValue(this.calls) as EncodedCall[];
    const call = this.#decodedCalls[at];
    if (call === undefined) throw new RangeError(`The part of a cached trace has no call ${at}.`);
    return call;
  }
}

/** A call of a cached trace, which is decoded when it is needed. */
export class CachedCall implements CallState {
  readonly #trace: TraceState;
  readonly #part: CachedPart;
  readonly #at: number;
  #attribution: Attribution | undefined;
  #decoded: CallState | undefined;

  constructor(trace: TraceState, part: CachedPart, at: number, attribution: Attribution | undefined) {
    this.#trace = trace;
    this.#part = part;
    this.#at = at;
    this.#attribution = attribution;
  }

  /** The encoded form, if the call was not changed. */
  get encoded(): EncodedCall | undefined {
    return this.#decoded === undefined ? this.#part.callAt(this.#at) : undefined;
  }

  get call(): Call {
    return this.#decode().call;
  }

  get context(): CallContext {
    return this.#decode().context;
  }

  get counted(): CallRow | undefined {
    return this.#decode().counted;
  }

  set counted(row: CallRow | undefined) {
    this.#decode().counted = row;
    this.#part.isChanged = true;
  }

  get isDerived(): boolean {
    return this.#decode().isDerived === true;
  }

  set isDerived(isDerived: boolean) {
    this.#decode().isDerived = isDerived;
    this.#part.isChanged = true;
  }

  get attribution(): Attribution | undefined {
    return this.#attribution;
  }

  set attribution(attribution: Attribution | undefined) {
    // The row is derived from the attribution, so it must be decoded before the attribution changes.
    this.#decode();
    this.#attribution = attribution;
    this.#part.isChanged = true;
  }

  #decode(): CallState {
    this.#decoded ??= decodeCall(this.#trace, this.#part.callAt(this.#at), this.#attribution);
    return this.#decoded;
  }
}

function encodeRow({ counted, isDerived }: CallState): Values | string | null {
  if (counted === undefined) return null;
  return isDerived === true ? counted.version : CALL_COLUMNS.map((column) => counted[column]);
}

export function encodeCall(state: CallState): EncodedCall {
  const unchanged = state instanceof CachedCall ? state.encoded : undefined;
  return unchanged ?? [valuesOfCall(state.call), valuesOfContext(state.context), encodeRow(state)];
}

function decodeCall(
  { project, traceId }: TraceState,
  [callValues, contextValues, row]: EncodedCall,
  attribution: Attribution | undefined,
): CallState {
  const { start, end, ...rest } = objectOf<EncodedCallFields>(CALL, callValues);
  const times = { startTimeUnixNano: BigInt(start), endTimeUnixNano: BigInt(end) };
  const call: Call = { traceId, ...rest, ...times };
  const context: CallContext = { project, ...objectOf<EncodedContext>(CONTEXT, contextValues) };
  if (typeof row === 'string' && attribution !== undefined) {
    return {
      call,
      context,
      counted: callRowOf(call, call, attribution, context, BigInt(row)),
      isDerived: true,
    };
  }
  return row === null || typeof row === 'string' ? { call, context } : { call, context, counted: rowOf(row) };
}
