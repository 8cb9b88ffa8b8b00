import type { PriceOptions } from '@userspan/pricing';
import type { Call } from './call.ts';
import { decideCost } from '../cost/decide-cost.ts';
import { isRefused as isRefusedCall } from '../cost/is-refused.ts';
import { statesAmount, withOwnSource } from '../cost/stated-cost.ts';
import { errorOf } from './error-of.ts';
import { firstChunkNsOf } from '../reading/first-chunk.ts';
import { readText } from '../reading/read-attribute.ts';
import { requestOf } from './read-facts.ts';
import type { ReadFacts } from './read-facts.ts';
import type { Span } from '../span.ts';
import { tagsOf } from '../identity/thread-of.ts';
import type { UserOnSpan } from '../identity/user-of.ts';

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** Creates a call from a span's facts; `undefined` for a wrapper without figures of its own. */
export function makeCall(
  span: Span,
  read: ReadFacts,
  { user, claimed, refused }: UserOnSpan,
  threadId: string | undefined,
  prices: PriceOptions | undefined,
): Call | undefined {
  const { facts } = read;
  const wrapper = facts.role === 'wrapper';
  if (wrapper && !hasFiguresOfItsOwn(read)) return undefined;
  const request = requestOf(span, read);
  const error = errorOf(span);
  const statedCost = withOwnSource(facts.cost, span.attributes);
  const isRefused = isRefusedCall(error, facts, span);
  // One literal, because adding fields to a small object one by one copies it repeatedly.
  const call: Mutable<Call> = {
    startTimeUnixNano: span.startTimeUnixNano,
    usage: request.usage,
    traceId: span.traceId,
    spanId: span.spanId,
    endTimeUnixNano: span.endTimeUnixNano,
    dialect: read.dialect,
    operation: facts.operation ?? 'chat',
    usageEstimated: facts.usageEstimated ?? false,
    cost: decideCost(request, prices, { statedCost, isRefused }),
    userClaimed: user !== undefined && claimed,
    tags: tagsOf(span.attributes),
    wrapper,
  };
  addModel(call, request);
  if (span.parentSpanId !== undefined) call.parentSpanId = span.parentSpanId;
  if (typeof facts.responseId === 'string') call.responseId = facts.responseId;
  if (user !== undefined) call.user = user;
  if (refused !== undefined) call.userRefused = refused;
  if (threadId !== undefined) call.threadId = threadId;
  if (statedCost !== undefined) call.statedCost = statedCost;
  if (error !== undefined) call.error = error;
  const firstChunkNs = firstChunkNsOf(span);
  if (firstChunkNs !== undefined) call.firstChunkNs = firstChunkNs;
  const service = readText(span.resource, 'service.name');
  if (service !== undefined) call.service = service;
  return call;
}

/** Whether a wrapper has a model and figures that may be missing on the calls below it. */
function hasFiguresOfItsOwn({ facts, model }: ReadFacts): boolean {
  return model !== undefined && (facts.usage !== undefined || statesAmount(facts.cost));
}

/** Sets the fields about the request. Unknown ones stay absent. */
function addModel(call: Mutable<Call>, request: ReturnType<typeof requestOf>): void {
  if (request.provider !== undefined) call.provider = request.provider;
  if (request.model !== undefined) call.model = request.model;
  if (request.requestModel !== undefined) call.requestModel = request.requestModel;
  if (request.serviceTier !== undefined) call.serviceTier = request.serviceTier;
  if (request.requestServiceTier !== undefined) call.requestServiceTier = request.requestServiceTier;
  if (request.baseUrl !== undefined) call.baseUrl = request.baseUrl;
}
