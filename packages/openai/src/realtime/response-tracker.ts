import { isResponseNoted, warnOnce } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { plainName } from '../call/error-type.ts';
import { withCacheLife } from '../call/cache-life.ts';
import type { Outcome } from '../call/outcome.ts';
import { unknownOutcome } from '../call/outcome.ts';
import { readResponse } from '../call/read-response.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import { responseOutput } from '../content/response-messages.ts';
import type { OpenResponse, RequestedResponse } from './open-response.ts';
import { hasMetadata, provesRequest } from './open-response.ts';
import type { SessionScope } from './session-scope.ts';
import type { SharedCall } from './shared-call.ts';
import { newCall, requestOf } from './shared-call.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Requests and responses that are under way at once; the API allows fewer. */
const MAX_OPEN = 256;
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

/** Follows the responses of one session, from their request to the usage that they end with, and records each. */
export class ResponseTracker {
  readonly #scope: SessionScope;
  readonly #call: SharedCall;
  readonly #requests: RequestedResponse[];
  readonly #open = new Map<string, OpenResponse>();

  constructor(scope: SessionScope, call: SharedCall = newCall(null)) {
    this.#scope = scope;
    this.#call = call;
    this.#requests = call.requests;
  }

  /** A `response.create` goes out. */
  request(request: RequestedResponse): void {
    this.#requests.push(request);
    if (this.#requests.length > MAX_OPEN) this.#requests.shift();
  }

  /** An event of a response has come. */
  receive(type: string, event: Fields): void {
    if (type === 'response.created') this.#begin(asRecord(event['response']) ?? {});
    else if (ENDS.has(type)) this.#end(asRecord(event['response']) ?? {});
    else if (type === 'error') this.#refuse(asRecord(event['error']) ?? event);
    else if (type.endsWith('.delta')) this.#countChunk(event);
  }

  /** The connection is lost: begun responses have no end, and requested ones may have been billed. */
  drop(keepsQueued: boolean): void {
    // Another connection to the same call sees how its responses end.
    if (this.#call.connections > 1) {
      this.#open.clear();
      return;
    }
    const queued = this.#requests.filter(({ isQueued }) => isQueued);
    const sent = this.#requests.filter(({ isQueued }) => !isQueued);
    this.#requests.splice(0, this.#requests.length, ...(keepsQueued ? queued : []));
    const unpriced = 'the connection closed before the response ended, and its usage was not sent';
    for (const open of this.#open.values()) {
      this.#record(
        open,
        { ...unknownOutcome(), responseId: open.id, failure: 'connection_closed' },
        unpriced,
      );
    }
    this.#open.clear();
    for (const request of sent) {
      const { model } = this.#scope.config;
      const open = { ...beginningOf(request), id: '', model, request, isProven: hasMetadata(request) };
      this.#record(open, { ...unknownOutcome(), failure: 'connection_closed' }, unpriced);
    }
  }

  /** Requests that waited for the connection have gone out, and those that waited for the app where it has sent them. */
  flush(sendsHeld: boolean): void {
    for (const request of this.#requests) {
      if (request.isHeld && !sendsHeld) continue;
      request.isQueued = false;
      request.isHeld = false;
    }
  }

  /** The last request was not accepted: it is answered by nothing and costs nothing. */
  forgetLast(): void {
    this.#requests.pop();
  }

  /** The app has taken back what waited for it. */
  forgetHeld(): void {
    const others = this.#requests.filter(({ isHeld }) => !isHeld);
    this.#requests.splice(0, this.#requests.length, ...others);
  }

  #begin(response: Fields): OpenResponse | undefined {
    const id = asText(response['id']);
    if (id === undefined || this.#open.size >= MAX_OPEN) return undefined;
    const request = requestOf(this.#call, id, response);
    const model = asText(response['model']) ?? this.#scope.config.model;
    const isProven = provesRequest(request, response);
    const open: OpenResponse = { ...beginningOf(request), id, model, request, isProven };
    this.#open.set(id, open);
    return open;
  }

  #end(response: Fields): void {
    const id = asText(response['id']);
    const open = (id === undefined ? undefined : this.#open.get(id)) ?? this.#begin(response);
    if (open === undefined) return;
    this.#open.delete(open.id);
    const outcome = unknownOutcome();
    const details = asRecord(response['status_details']);
    readResponse(
      details === undefined
        ? response
        : { ...response, incomplete_details: { reason: details['reason'] }, error: details['error'] },
      outcome,
    );
    outcome.usage = response['usage'];
    this.#record(open, outcome, undefined, response);
  }

  /** An error that names no response is about the request that it repeats the id of, or about the oldest one. */
  #refuse(error: Fields): void {
    const id = asText(error['event_id']);
    const code = plainName(error['code']) ?? plainName(error['type']) ?? 'error';
    let at = id === undefined ? -1 : this.#requests.findIndex(({ eventId }) => eventId === id);
    if (at === -1 && (code === ALREADY_ACTIVE || this.#scope.protocol === 'responses')) {
      at = this.#requests.findIndex(({ fields, isHeld }) => fields['conversation'] !== 'none' && !isHeld);
    }
    const request = at === -1 ? undefined : this.#requests.splice(at, 1)[0];
    if (request !== undefined) {
      const isProven = hasMetadata(request);
      const open = { ...beginningOf(request), id: '', model: undefined, request, isProven };
      this.#record(open, { ...unknownOutcome(), failure: code, isRefused: true });
      return;
    }
    // The server had begun that response by itself: it does not answer the request, which was refused.
    if (code === ALREADY_ACTIVE) for (const open of this.#open.values()) open.request = undefined;
  }

  #countChunk(event: Fields): void {
    const id = asText(event['response_id']);
    const open = id === undefined ? this.#only() : this.#open.get(id);
    if (open !== undefined) open.firstChunkAtMs ??= performance.now();
  }

  /** Events of the Responses API do not name their response; there, one runs at a time. */
  #only(): OpenResponse | undefined {
    const [open, another] = this.#open.values();
    return another === undefined ? open : undefined;
  }

  #record(open: OpenResponse, outcome: Outcome, unpriced?: string, response: Fields = {}): void {
    // Two connections to one session, or two copies of this package, report the same response.
    if (outcome.responseId !== undefined && isResponseNoted(outcome.responseId)) return;
    const { recorder, host, protocol, config } = this.#scope;
    const { request, firstChunkAtMs } = open;
    const isRealtime = protocol === 'realtime';
    const output = outcome.output;
    recordFinishedCall({
      recorder,
      host,
      context: this.#contextOf(open),
      endpoint: isRealtime ? REALTIME : RESPONSES,
      fields: request?.fields ?? {},
      model: outcome.model ?? open.model ?? asText(request?.fields['model']),
      usage: isRealtime
        ? normalizeUsage('realtime', response)
        : normalizeUsage('responses', withCacheLife(response, request?.fields ?? {})),
      startedAtEpochMs: open.startedAtEpochMs,
      firstChunkSeconds:
        firstChunkAtMs === undefined ? undefined : Math.max(firstChunkAtMs - open.startedAtMs, 0) / 1000,
      responseId: outcome.responseId,
      conversationId: this.#scope.isInThread ? undefined : config.id,
      finishReasons: outcome.finishReasons,
      serviceTier: outcome.serviceTier,
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

  #contextOf({ request, isProven }: OpenResponse): SessionScope['context'] {
    const { context, canBeginResponses } = this.#scope;
    if (request === undefined) return context;
    if (request.namesUser && canBeginResponses() && !isProven) {
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

function beginningOf(
  request: RequestedResponse | undefined,
): Pick<OpenResponse, 'startedAtEpochMs' | 'startedAtMs' | 'firstChunkAtMs'> {
  return {
    startedAtEpochMs: request?.sentAtEpochMs ?? Date.now(),
    startedAtMs: request?.sentAtMs ?? performance.now(),
    firstChunkAtMs: undefined,
  };
}

function outputTypeOf(response: Fields): string | undefined {
  const modalities = response['output_modalities'] ?? response['modalities'];
  if (!Array.isArray(modalities)) return undefined;
  return modalities.includes('audio') ? 'speech' : 'text';
}
