import { type User, userAttributes, costAttributes } from '@userspan/core';
import {
  ATTR_CONVERSATION_ID,
  ATTR_COST,
  ATTR_COST_UNPRICED,
  ATTR_SESSION_ID,
  ATTR_USER_ID,
} from '@userspan/core';
import {
  type Attribution,
  type Call,
  type CallCost,
  callKey,
  readSpan,
  resolveTrace,
  type Span,
  type TraceSpan,
} from '@userspan/ledger';
import type { Attributes } from '@opentelemetry/api';

interface RecentTrace {
  readonly spans: Map<string, TraceSpan>;
  readonly users: Map<string, User>;
  readonly costs: Map<string, CallCost>;
}

/** A span on its way out, with the call it is. */
interface OutgoingSpan {
  readonly span: Span;
  readonly call: Call | undefined;
  readonly trace: RecentTrace;
}

const MAX_SPANS = 100_000;

/**
 * Works out what is missing on the calls that pass: their user, thread and cost.
 *
 * Remembers the traces of the last hundred thousand spans, so that a user who stands on an ancestor or anywhere in the
 * trace is known. A call that passed before its user did is not sent again.
 */
export class TraceWindow {
  readonly #traces = new Map<string, RecentTrace>();
  #spans = 0;

  /** For each span the attributes to add; undefined where there is nothing to add. */
  fill(project: string, spans: readonly Span[], claimed: boolean): (Attributes | undefined)[] {
    const outgoing = spans.map((span) => this.#add(project, span, claimed));
    const attributions = new Map<RecentTrace, ReadonlyMap<string, Attribution>>();
    const filled = outgoing.map(({ span, call, trace }) => {
      if (call === undefined) {
        return undefined;
      }
      let ofTrace = attributions.get(trace);
      if (ofTrace === undefined) {
        ofTrace = resolveTrace(trace.spans.values());
        attributions.set(trace, ofTrace);
      }
      const attribution = ofTrace.get(callKey(call));
      return attribution === undefined ? undefined : missing(span, call, trace, attribution);
    });
    this.#forget();
    return filled;
  }

  /** Forgets everything. */
  clear(): void {
    this.#traces.clear();
    this.#spans = 0;
  }

  #add(project: string, span: Span, claimed: boolean): OutgoingSpan {
    const key = `${project}\0${span.traceId}`;
    const trace = this.#traces.get(key) ?? { spans: new Map(), users: new Map(), costs: new Map() };
    this.#traces.delete(key);
    this.#traces.set(key, trace);
    const { traceSpan, user, call } = readSpan(span, { claimed });
    const spanKey = callKey(span);
    if (!trace.spans.has(spanKey)) {
      this.#spans += 1;
    }
    trace.spans.set(spanKey, traceSpan);
    if (user.user !== undefined && !trace.users.has(user.user.id)) {
      trace.users.set(user.user.id, user.user);
    }
    if (call !== undefined) {
      trace.costs.set(spanKey, call.cost);
    }
    return { span, call, trace };
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
  // A record of a request that another one counts for has no cost of its own, or a backend would add it up twice.
  const isPriced = Object.hasOwn(attributes, ATTR_COST) || Object.hasOwn(attributes, ATTR_COST_UNPRICED);
  if (counted && !isPriced) {
    const cost = (costFrom === undefined ? undefined : trace.costs.get(costFrom)) ?? call.cost;
    const fields = 'unpriced' in cost ? cost : { ...cost, usd: Number(cost.usd) };
    addMissing(added, costAttributes(fields), attributes);
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
