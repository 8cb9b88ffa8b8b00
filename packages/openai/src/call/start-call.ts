import type { Context } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import { setUser, userAttributes, userOf, withoutUserBaggage } from '@userspan/core';
import { isProcessorMissing, threadIn, toTags, warnWithoutProcessor } from '@userspan/core/internal';
import { ATTR_CONVERSATION_ID, ATTR_TAGS } from '@userspan/core/semconv';

import type { Client, RequestOptions } from '../patch/client-internals.ts';
import type { EarlyBody } from '../patch/early-body.ts';
import type { Patch } from '../patch/patch.ts';
import { Call } from './call.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { hostOfRequest } from './host.ts';
import { preparedBody } from '../request/prepare-body.ts';
import { asRecord } from './record.ts';
import { spanStart } from '../request/request-attributes.ts';
import { callUser } from '../request/call-user.ts';
import { mayAskForUsage } from '../request/stream-usage.ts';

/** A request that is about to be sent. */
interface NewRequest {
  /** The patch that records it. */
  readonly patch: Patch;
  readonly client: Client;
  /** The caller's context. */
  readonly context: Context;
  readonly early: EarlyBody | undefined;
}

/** Starts the span of a request and creates the options to send: a copy whose body we may change. */
export function startCall(request: NewRequest, options: RequestOptions, endpoint: Endpoint): Call {
  const { client, early, patch } = request;
  const { recorder } = patch;
  const host = hostOfRequest(client, options);
  const fields = asRecord(early?.fields ?? options.body) ?? {};

  const start = spanStart(endpoint, host, fields);
  let { attributes } = start.options;
  // Inside a thread of the app, that thread's id is the conversation id.
  if (attributes[ATTR_CONVERSATION_ID] !== undefined && threadIn(request.context) !== undefined) {
    const { [ATTR_CONVERSATION_ID]: _conversation, ...others } = attributes;
    attributes = others;
  }
  const user = callUser(fields, patch.clientUser, request.context);
  if (user !== undefined) attributes = { ...attributes, ...userAttributes(user) };
  const tags = toTags(fields['tags']);
  if (tags !== undefined) attributes = { ...attributes, [ATTR_TAGS]: tags };

  const parent = user === undefined ? request.context : setUser(request.context, user);
  const spanOptions =
    attributes === start.options.attributes ? start.options : { kind: SpanKind.CLIENT, attributes };
  const span = recorder.tracer.startSpan(start.name, spanOptions, parent);
  if (isProcessorMissing(span) && user === undefined && userOf(parent) !== undefined) {
    warnWithoutProcessor(span);
  }
  const isWatched = span.isRecording() || recorder.metrics.isCollected;
  const prepared = preparedBody(
    options.body,
    isWatched && mayAskForUsage(endpoint, host, client, options, fields, recorder.options),
  );
  return new Call({
    patch,
    recorder,
    span,
    isWatched,
    context: withoutUserBaggage(parent, span),
    client,
    endpoint,
    host,
    options: prepared === undefined ? { ...options } : { ...options, body: prepared.body },
    fields: recorder.options.countTokens === undefined ? fields : snapshotOf(fields),
    isUsageAdded: prepared !== undefined && prepared.isUsageAdded,
  });
}

/**
 * Copies the fields that may be counted when the call ends, because helpers of the library add later messages to the
 * same array.
 */
function snapshotOf(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { messages, input } = fields;
  return {
    ...fields,
    ...(Array.isArray(messages) ? { messages: [...(messages as unknown[])] } : {}),
    ...(Array.isArray(input) ? { input: [...(input as unknown[])] } : {}),
  };
}
