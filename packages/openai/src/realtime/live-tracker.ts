import { isResponseRecorded } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import type { ResponseTracker } from './response-tracker.ts';
import type { SessionScope } from './session-scope.ts';
import type { SharedCall } from './shared-call.ts';
import { nameCall, newLiveTotal } from './shared-call.ts';

type Fields = Readonly<Record<string, unknown>>;

const LIVE = { operation: 'chat', apiType: 'live', outputType: 'speech' } as const;
const DECISIONS = { operation: 'chat', apiType: 'decisions' } as const;

/**
 * Tracks the usage of a Live session on one of its connections: its seconds, which are reported as a running total, and
 * the work that it delegates. Connections that attach to a session share its total.
 */
export class LiveTracker {
  readonly #scope: SessionScope;
  readonly #call: SharedCall;
  readonly #responses: ResponseTracker;
  /** Id of the session that this connection is in; undefined until the server sends it. */
  #sessionId: string | undefined;
  #isStarted = false;

  constructor(scope: SessionScope, call: SharedCall, responses: ResponseTracker) {
    this.#scope = scope;
    this.#call = call;
    this.#responses = responses;
    this.#sessionId = call.id ?? undefined;
    call.live.sessionId ??= this.#sessionId;
  }

  receive(type: string, event: Fields): void {
    this.#isStarted = true;
    const id = asText(asRecord(event['session'])?.['id']);
    if (id !== undefined) this.#enter(id);
    this.#count(type, asRecord(event['usage']));
    const inner = asRecord(event['event']);
    const innerType = asText(inner?.['type']);
    if (inner === undefined || innerType === undefined) return;
    const request = this.#call.named.get(asText(event['client_event_id']) ?? '');
    if (type === 'response.event') this.#responses.receive(innerType, inner, request);
    else if (type === 'decision.event') this.#decide(asText(event['event_id']), asRecord(inner['decision']));
  }

  /** Call when the connection has left its call. The seconds of a session are one call. */
  close(): void {
    // Another connection to the session may receive the final total.
    if (this.#isCurrent() && (this.#call.live.isFinal || this.#call.connections === 0)) this.#record();
  }

  /** A connection that was lost and made again is in another session, unless it attaches to one. */
  #enter(id: string): void {
    const call = this.#call;
    if (this.#sessionId === id) return;
    if (this.#sessionId !== undefined && this.#isCurrent()) {
      this.#record();
      call.live = newLiveTotal(id);
    }
    this.#sessionId = id;
    call.live.sessionId ??= id;
    nameCall(this.#scope.recorder, call, id);
  }

  #count(type: string, usage: Fields | undefined): void {
    const { live } = this.#call;
    if (!this.#isCurrent() || live.isFinal) return;
    live.model = this.#scope.config.model ?? live.model;
    live.usage = usage ?? live.usage;
    if (type === 'session.closed') live.isFinal = true;
  }

  /** Whether the total is that of the session of this connection. */
  #isCurrent(): boolean {
    return this.#call.live.sessionId === this.#sessionId;
  }

  #record(): void {
    const { recorder, host, context } = this.#scope;
    const { live } = this.#call;
    const id = this.#sessionId;
    if (live.isRecorded || (id !== undefined && isResponseRecorded(id))) return;
    live.isRecorded = true;
    const isRefused = !this.#isStarted && live.usage === undefined;
    recordFinishedCall({
      recorder,
      host,
      context: this.#call.context ?? context,
      endpoint: LIVE,
      model: live.model,
      usage: live.usage === undefined ? {} : normalizeUsage('audio', { usage: live.usage }),
      startedAtEpochMs: live.startedAtEpochMs,
      responseId: isRefused ? undefined : id,
      conversationId: id,
      failure: live.isFinal ? undefined : 'connection_closed',
      unpriced: live.isFinal
        ? undefined
        : 'the connection closed before the final usage of the session was sent',
      isRefused,
    });
  }

  #decide(id: string | undefined, decision: Fields | undefined): void {
    if (decision === undefined || (id !== undefined && isResponseRecorded(id))) return;
    const { recorder, host, context } = this.#scope;
    recordFinishedCall({
      recorder,
      host,
      context: this.#call.context ?? context,
      endpoint: DECISIONS,
      model: asText(decision['model']),
      usage: normalizeUsage('responses', { usage: decision['usage'] }),
      startedAtEpochMs: Date.now(),
      responseId: id,
    });
  }
}
