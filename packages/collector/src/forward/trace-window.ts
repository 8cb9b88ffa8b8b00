import { type User, userAttributes, costAttributes } from '@userspan/core';
import {
  ATTR_CONVERSATION_ID,
  ATTR_COST,
  ATTR_COST_UNPRICED,
  ATTR_SESSION_ID,
  ATTR_USER_ID,
} from '@userspan/core/semconv';
import {
  type Attribution,
  type Call,
  type CallCost,
  callKey,
  type ReadOptions,
  readSpan,
  resolveTraceInSteps,
  type Span,
  type TraceSpan,
} from '@userspan/ledger';
import type { Attributes } from '@opentelemetry/api';
import { TimeSlice } from '../runtime/time-slice.ts';

interface RecentTrace {
  readonly spans: Map<string, TraceSpan>;
  readonly users: Map<string, User>;
  readonly costs: Map<string, CallCost>;
}

/** A forwarded span, with its call if it is one. */
interface OutgoingSpan {
  readonly span: Span;
  readonly call: Call | undefined;
  readonly trace: RecentTrace;
}

const MAX_SPANS = 100_000;
/** Maximum number of spans per trace, because each batch resolves the whole trace again. */
const MAX_SPANS_PER_TRACE = 5_000;

/**
 * Computes missing attributes of forwarded calls: user, thread and cost.
 *
 * Remembers the traces of the last hundred thousand spans to find a user who is named on an ancestor or anywhere in the
 * trace. A call that was forwarded before its user arrived is not sent again.
 */
export class TraceWindow {
  readonly #traces = new Map<string, RecentTrace>();
  readonly #readOptionsOf: (project: string) => ReadOptions;
  #spans = 0;

  constructor(readOptionsOf: (project: string) => ReadOptions) {
    this.#readOptionsOf = readOptionsOf;
  }

  /** The attributes to add to each span; undefined for none. Yields in between. */
  async fill(
    project: string,
    spans: Iterable<Span>,
    claimed: boolean,
  ): Promise<readonly (Attributes | undefined)[]> {
    const turn = new TimeSlice();
    const outgoing: OutgoingSpan[] = [];
    for (const span of spans) {
      outgoing.push(this.#add(project, span, claimed));
      if (turn.isOver()) {
        await turn.pass();
      }
    }
    const attributions = new Map<RecentTrace, ReadonlyMap<string, Attribution>>();
    const filled: (Attributes | undefined)[] = [];
    for (const { span, call, trace } of outgoing) {
      const ofTrace =
        call === undefined
          ? undefined
          : (attributions.get(trace) ?? (await turn.run(resolveTraceInSteps(trace.spans.values()))));
      if (call === undefined || ofTrace === undefined) {
        filled.push(undefined);
        continue;
      }
      attributions.set(trace, ofTrace);
      const attribution = ofTrace.get(callKey(call));
      filled.push(attribution === undefined ? undefined : missing(span, call, trace, attribution));
      if (turn.isOver()) {
        await turn.pass();
      }
    }
    this.#forget();
    return filled;
  }

  /** Forgets everything. */
  clear(): void {
    this.#traces.clear();
    this.#spans = 0;
  }

  #add(project: string, span: Span, claimed: boolean): OutgoingSpan {
    const { traceSpan, user, call } = readSpan(span, { ...this.#readOptionsOf(project), claimed });
    const spanKey = callKey(span);
    const trace = this.#traceOf(`${project}\0${span.traceId}`, spanKey);
    trace.spans.set(spanKey, traceSpan);
    if (user.user !== undefined && !trace.users.has(user.user.id)) {
      trace.users.set(user.user.id, user.user);
    }
    if (call !== undefined) {
      trace.costs.set(spanKey, call.cost);
    }
    return { span, call, trace };
  }

  /** The remembered trace. A span beyond the limit gets a separate trace, and so only its own attributes. */
  #traceOf(key: string, spanKey: string): RecentTrace {
    const known = this.#traces.get(key);
    if (known !== undefined && known.spans.size >= MAX_SPANS_PER_TRACE && !known.spans.has(spanKey)) {
      return newTrace();
    }
    const trace = known ?? newTrace();
    this.#traces.delete(key);
    this.#traces.set(key, trace);
    this.#spans += trace.spans.has(spanKey) ? 0 : 1;
    return trace;
  }

  #forget(): void {
    for (const [key, trace] of this.#traces) {
      if (this.#spans <= MAX_SPANS) {
        return;
      }
      this.#traces.delete(key);
      this.#spans -= trace.spans.size;
    }
  }
}

function newTrace(): RecentTrace {
  return { spans: new Map(), users: new Map(), costs: new Map() };
}

function missing(
  { attributes }: Span,
  call: Call,
  trace: RecentTrace,
  { userId, threadId, counted, costFrom }: Attribution,
): Attributes {
  const added: Attributes = {};
  const user =
    call.user ?? (userId === undefined ? undefined : (trace.users.get(userId) ?? { id: userId, props: {} }));
  if (user !== undefined && !Object.hasOwn(attributes, ATTR_USER_ID)) {
    addMissing(added, userAttributes(user), attributes);
  }
  const thread = call.threadId ?? threadId;
  if (thread !== undefined) {
    addMissing(added, { [ATTR_SESSION_ID]: thread, [ATTR_CONVERSATION_ID]: thread }, attributes);
  }
  // A second record of a request gets no cost, because backends would add up both.
  const isPriced = Object.hasOwn(attributes, ATTR_COST) || Object.hasOwn(attributes, ATTR_COST_UNPRICED);
  if (counted && !isPriced) {
    const cost = (costFrom === undefined ? undefined : trace.costs.get(costFrom)) ?? call.cost;
    if ('unpriced' in cost) addMissing(added, costAttributes(cost), attributes);
    // A refused call was not billed, so no cost is added, as in the SDK.
    else if (cost.source !== 'unbilled')
      addMissing(added, costAttributes({ ...cost, usd: Number(cost.usd) }), attributes);
  }
  return added;
}

function addMissing(to: Attributes, from: Attributes, present: Span['attributes']): void {
  for (const [key, value] of Object.entries(from)) {
    if (!Object.hasOwn(present, key)) {
      to[key] = value;
    }
  }
}
