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

/** Makes a call of a span's facts; `undefined` for a wrapper that has nothing that a call below it may not have. */
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
  // One literal: fields that are assigned to a small object one by one are copied again and again.
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

/** Whether a wrapper has a model and figures, which a call below it may not have. */
function hasFiguresOfItsOwn({ facts, model }: ReadFacts): boolean {
  return model !== undefined && (facts.usage !== undefined || statesAmount(facts.cost));
}

/** Sets what was called and how; what is not known stays absent. */
function addModel(call: Mutable<Call>, request: ReturnType<typeof requestOf>): void {
  if (request.provider !== undefined) call.provider = request.provider;
  if (request.model !== undefined) call.model = request.model;
  if (request.requestModel !== undefined) call.requestModel = request.requestModel;
  if (request.serviceTier !== undefined) call.serviceTier = request.serviceTier;
  if (request.requestServiceTier !== undefined) call.requestServiceTier = request.requestServiceTier;
  if (request.baseUrl !== undefined) call.baseUrl = request.baseUrl;
}
