import type { Context } from '@opentelemetry/api';
import { userOf } from '@userspan/core';
import { isResponseRecorded, warnOnce } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { plainName } from '../call/error-type.ts';
import { withCacheLife } from '../call/cache-life.ts';
import type { Outcome } from '../call/outcome.ts';
import { unknownOutcome } from '../call/outcome.ts';
import { readResponse } from '../call/read-response.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import { addToolCall } from '../call/tool-call.ts';
import { responseOutput } from '../content/response-messages.ts';
import { beginningOf, firstChunkSecondsOf } from './beginning.ts';
import type { OpenResponse, RequestedResponse } from './open-response.ts';
import { hasMetadata, isUnsent, laneOf, provesRequest, takeRequest } from './open-response.ts';
import type { OpenResponses } from './open-responses.ts';
import type { SessionScope } from './session-scope.ts';
import type { SharedCall } from './shared-call.ts';
import { requestOf } from './shared-call.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Maximum number of requests that wait for a response or for the connection. The library's queue of 1 MiB holds fewer.
 */
const MAX_REQUESTS = 30_000;
/** Matches a serialized request, with any whitespace. It does not match within a string, where quotes are escaped. */
const REQUEST = /"type"\s*:\s*"response\.create"/;
const ENDS: ReadonlySet<string> = new Set([
  'response.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);
const REALTIME = { operation: 'chat', apiType: 'realtime' } as const;
const RESPONSES = { operation: 'chat', apiType: 'responses' } as const;
const ALREADY_ACTIVE = 'conversation_already_has_active_response';

/** Tracks the responses of one session from request to final usage, and records each. */
export class ResponseTracker {
  readonly #scope: SessionScope;
  readonly #call: SharedCall;
  readonly #requests: RequestedResponse[];
  readonly #open: OpenResponses;

  constructor(scope: SessionScope, call: SharedCall) {
    this.#scope = scope;
    this.#call = call;
    this.#requests = call.requests;
    this.#open = call.open;
  }

  /** Call when the app passes a `response.create` to the library, which may send it later or never. */
  request(request: RequestedResponse): void {
    this.#requests.push(request);
    if (this.#requests.length > MAX_REQUESTS) this.#requests.shift();
  }

  /** Returns the unsent request that this message contains: the one with the same text, or else the first. */
  unsentRequest(text: string): RequestedResponse | undefined {
    const unsent = this.#requests.filter(isUnsent);
    if (unsent.length === 0 || !REQUEST.test(text)) return undefined;
    return unsent.length === 1
      ? unsent[0]
      : (unsent.find((request) => textOf(request.unsent) === text) ?? unsent[0]);
  }

  /** Call with each received event of a response. `request` is the one that it certainly answers, if that is known. */
  receive(type: string, event: Fields, request?: RequestedResponse): void {
    const response = asRecord(event['response']) ?? {};
    if (type === 'response.created') this.#begin(response, laneOf(event), request);
    else if (type === 'response.output_item.done') this.#addTool(event);
    else if (ENDS.has(type)) this.#end(response, laneOf(event));
    else if (type === 'error') this.#fail(event);
    else if (type.startsWith('response.') && type.endsWith('.delta')) this.#countChunk(event);
  }

  /**
   * Call when the connection is lost. Records open responses, which have no end, and sent requests, which may be
   * billed. Unsent requests remain if the library sends them after reconnecting.
   */
  drop(keepsUnsent: boolean): void {
    // Another connection to the same call receives the ends of its responses.
    if (this.#call.connections > 1) return;
    const sent = this.#requests.filter((request) => !isUnsent(request));
    this.#keep(keepsUnsent ? isUnsent : () => false);
    const unpriced = 'the connection closed before the response ended, and its usage was not sent';
    for (const open of this.#open.all()) {
      const failure = open.failure ?? 'connection_closed';
      this.#record(open, { ...unknownOutcome(), responseId: open.id, failure }, unpriced);
    }
    this.#open.clear();
    for (const request of sent) {
      this.#record(this.#unnamed(request), { ...unknownOutcome(), failure: 'connection_closed' }, unpriced);
    }
  }

  /** Call when a request will not be sent, so that it has no response and no cost. */
  forget(request: RequestedResponse): void {
    const at = this.#requests.indexOf(request);
    if (at !== -1) this.#requests.splice(at, 1);
  }

  /** Call when the app has taken back the unsent messages. */
  forgetUnsent(): void {
    this.#keep((request) => !isUnsent(request));
  }

  /** Removes all other requests. In place, because the connections of a call share the list. */
  #keep(isKept: (request: RequestedResponse) => boolean): void {
    this.#requests.splice(0, this.#requests.length, ...this.#requests.filter(isKept));
  }

  #begin(response: Fields, lane: string | undefined, certain?: RequestedResponse): OpenResponse | undefined {
    const id = asText(response['id']);
    // Another connection to the same call may have received it first.
    const known = id === undefined ? undefined : this.#open.get(id);
    if (known !== undefined || id === undefined || this.#open.isAbandoned(id)) return known;
    const request = certain ?? requestOf(this.#call, id, response, lane);
    const model = asText(response['model']) ?? this.#scope.config.model;
    const isProven = certain !== undefined || provesRequest(request, response);
    const open: OpenResponse = { ...beginningOf(request), id, lane, model, request, isProven, tools: [] };
    const oldest = this.#open.add(open);
    if (oldest !== undefined) this.#abandon(oldest);
    return open;
  }

  #abandon(open: OpenResponse): void {
    const outcome = { ...unknownOutcome(), responseId: open.id, failure: open.failure };
    this.#record(open, outcome, 'the end of the response, which has its usage, was not sent in time');
  }

  /** A response without an id of its own: a request without an answer, or an answer that left the id out. */
  #unnamed(request: RequestedResponse | undefined): OpenResponse {
    return {
      ...beginningOf(request),
      id: '',
      lane: undefined,
      model: this.#scope.config.model,
      request,
      isProven: request !== undefined && hasMetadata(request),
      tools: [],
    };
  }

  /**
   * The response that ended without an id: the only open one of its lane, or one that did not begin. Undefined if the
   * event says nothing about a response, or if another connection reports it, too.
   */
  #beginUnnamed(response: Fields, lane: string | undefined): OpenResponse | undefined {
    const isResponse = response['usage'] !== undefined || response['status'] !== undefined;
    if (!isResponse || asText(response['id']) !== undefined || this.#call.connections > 1) return undefined;
    return this.#open.onlyIn(lane) ?? this.#unnamed(takeRequest(this.#requests, response, lane));
  }

  #end(response: Fields, lane: string | undefined): void {
    const open = this.#begin(response, lane) ?? this.#beginUnnamed(response, lane);
    if (open === undefined) return;
    this.#open.remove(open);
    const outcome = unknownOutcome();
    const details = asRecord(response['status_details']);
    readResponse(
      details === undefined
        ? response
        : { ...response, incomplete_details: { reason: details['reason'] }, error: details['error'] },
      outcome,
    );
    outcome.usage = response['usage'];
    outcome.responseId ??= asText(open.id);
    outcome.failure ??= open.failure;
    this.#record(open, outcome, undefined, withTools(response, open.tools));
  }

  /** An error inside of the stream of a response belongs to that response, whose end may follow. */
  #fail(event: Fields): void {
    const error = asRecord(event['error']) ?? event;
    const lane = laneOf(event);
    const open = event['sequence_number'] === undefined ? undefined : this.#open.onlyIn(lane);
    if (open === undefined) this.#refuse(error, lane);
    else open.failure = codeOf(error);
  }

  /** An error without a response belongs to the request with the same event id, or to the oldest one of its lane. */
  #refuse(error: Fields, lane: string | undefined): void {
    const id = asText(error['event_id']);
    const code = codeOf(error);
    let at = id === undefined ? -1 : this.#requests.findIndex(({ eventId }) => eventId === id);
    if (at === -1 && (code === ALREADY_ACTIVE || this.#scope.protocol === 'responses')) {
      at = this.#requests.findIndex(
        (request) =>
          request.fields['conversation'] !== 'none' && !isUnsent(request) && laneOf(request.fields) === lane,
      );
    }
    const request = at === -1 ? undefined : this.#requests.splice(at, 1)[0];
    if (request !== undefined) {
      const open = { ...this.#unnamed(request), model: undefined };
      this.#record(open, { ...unknownOutcome(), failure: code, isRefused: true });
      return;
    }
    // The server had started the open response by itself; it does not answer the refused request.
    if (code === ALREADY_ACTIVE) for (const open of this.#open.all()) open.request = undefined;
  }

  #countChunk(event: Fields): void {
    const open = this.#openOf(event);
    if (open !== undefined) open.firstChunkAtMs ??= performance.now();
  }

  #addTool(event: Fields): void {
    const open = this.#openOf(event);
    if (open !== undefined) addToolCall(open.tools, asRecord(event['item']));
  }

  /** The open response of an event that is not its beginning or end. */
  #openOf(event: Fields): OpenResponse | undefined {
    const id = asText(event['response_id']);
    return id === undefined ? this.#open.onlyIn(laneOf(event)) : this.#open.get(id);
  }

  #record(open: OpenResponse, outcome: Outcome, unpriced?: string, response: Fields = {}): void {
    // Two connections to one session, or two copies of this package, report the same response.
    if (outcome.responseId !== undefined && isResponseRecorded(outcome.responseId)) return;
    const { recorder, host, protocol, config } = this.#scope;
    const { request } = open;
    const isRealtime = protocol === 'realtime';
    const output = outcome.output;
    recordFinishedCall({
      recorder,
      host,
      context: this.#contextOf(open),
      endpoint: isRealtime ? REALTIME : RESPONSES,
      fields: fieldsOf(request, isRealtime),
      model: outcome.model ?? open.model ?? asText(request?.fields['model']),
      usage: isRealtime
        ? normalizeUsage('realtime', response)
        : normalizeUsage('responses', withCacheLife(response, request?.fields ?? {})),
      startedAtEpochMs: open.startedAtEpochMs,
      firstChunkSeconds: firstChunkSecondsOf(open),
      responseId: outcome.responseId,
      conversationId: config.id,
      finishReasons: outcome.finishReasons,
      serviceTier: outcome.serviceTier,
      requestServiceTier: asText(request?.fields['service_tier']),
      outputType: isRealtime ? outputTypeOf(response) : undefined,
      tags: request?.tags,
      link: request?.link,
      failure: outcome.failure,
      output,
      messages: output === undefined ? undefined : responseOutput([...output], outcome.finishReasons?.[0]),
      unpriced,
      isRefused: outcome.isRefused === true,
    });
  }

  /**
   * The context with the user of a response. Without a request this is the user of the session. If several connections
   * control the call, it is the user of the first one, regardless of which connection receives the end first.
   */
  #contextOf({ request, isProven }: OpenResponse): Context {
    const context = this.#call.context ?? this.#scope.context;
    if (request === undefined) return context;
    const isOther = userOf(request.context)?.id !== userOf(context)?.id;
    if (isOther && this.#scope.canBeginResponses() && !isProven) {
      warnOnce(
        'realtime-user',
        'a user was named for a response of a session whose server also begins responses by itself (turn detection), ' +
          'so the two cannot be distinguished, and both count for the user of the session. Send `metadata` in that response.create.',
      );
      return context;
    }
    return request.context;
  }
}

/** The end of a response with its tool calls. The Live API leaves the output out, and sends only its items. */
function withTools(response: Fields, tools: readonly object[]): Fields {
  const { output } = response;
  const isOmitted = !Array.isArray(output) || output.length === 0;
  return isOmitted && tools.length > 0 ? { ...response, output: tools } : response;
}

/** Fields of a request. In the Realtime API, `conversation` is a setting such as `none`, and not an id. */
function fieldsOf(request: RequestedResponse | undefined, isRealtime: boolean): Fields {
  if (request === undefined || !isRealtime) return request?.fields ?? {};
  const { conversation: _setting, ...fields } = request.fields;
  return fields;
}

function codeOf(error: Fields): string {
  return plainName(error['code']) ?? plainName(error['type']) ?? 'error';
}

/** The message that the library sends for an event. */
function textOf(event: unknown): string | undefined {
  return typeof event === 'string' ? event : JSON.stringify(event);
}

function outputTypeOf(response: Fields): string | undefined {
  const modalities = response['output_modalities'] ?? response['modalities'];
  if (!Array.isArray(modalities)) return undefined;
  return modalities.includes('audio') ? 'speech' : 'text';
}
