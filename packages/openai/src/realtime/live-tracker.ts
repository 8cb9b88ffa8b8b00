import { isResponseRecorded } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import { ResponseTracker } from './response-tracker.ts';
import type { SessionScope } from './session-scope.ts';

type Fields = Readonly<Record<string, unknown>>;

const LIVE = { operation: 'chat', apiType: 'live', outputType: 'speech' } as const;
const DECISIONS = { operation: 'chat', apiType: 'decisions' } as const;

/**
 * Tracks the usage of a Live session: its seconds, which are reported as a running total, and the work that it
 * delegates.
 */
export class LiveTracker {
  readonly #scope: SessionScope;
  readonly #responses: ResponseTracker;
  readonly #startedAtEpochMs = Date.now();
  /** The latest total. */
  #usage: Fields | undefined;
  #isFinal = false;

  constructor(scope: SessionScope) {
    this.#scope = scope;
    this.#responses = new ResponseTracker({ ...scope, protocol: 'responses' });
  }

  receive(type: string, event: Fields): void {
    this.#usage = asRecord(event['usage']) ?? this.#usage;
    if (type === 'session.closed') this.#isFinal = true;
    const inner = asRecord(event['event']);
    const innerType = asText(inner?.['type']);
    if (inner === undefined || innerType === undefined) return;
    if (type === 'response.event') this.#responses.receive(innerType, inner);
    else if (type === 'decision.event') this.#decide(asText(event['event_id']), asRecord(inner['decision']));
  }

  /** Ends the session: its seconds are one call. */
  close(): void {
    this.#responses.drop(false);
    const { recorder, host, context, config } = this.#scope;
    if (config.id !== undefined && isResponseRecorded(config.id)) return;
    recordFinishedCall({
      recorder,
      host,
      context,
      endpoint: LIVE,
      model: config.model,
      usage: this.#usage === undefined ? {} : normalizeUsage('audio', { usage: this.#usage }),
      startedAtEpochMs: this.#startedAtEpochMs,
      responseId: config.id,
      conversationId: config.id,
      failure: this.#isFinal ? undefined : 'connection_closed',
      unpriced: this.#isFinal
        ? undefined
        : 'the connection closed before the final usage of the session was sent',
    });
  }

  #decide(id: string | undefined, decision: Fields | undefined): void {
    if (decision === undefined || (id !== undefined && isResponseRecorded(id))) return;
    const { recorder, host, context } = this.#scope;
    recordFinishedCall({
      recorder,
      host,
      context,
      endpoint: DECISIONS,
      model: asText(decision['model']),
      usage: normalizeUsage('responses', { usage: decision['usage'] }),
      startedAtEpochMs: Date.now(),
      responseId: id,
    });
  }
}
