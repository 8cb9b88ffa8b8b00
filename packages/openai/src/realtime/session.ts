import type { Context, Span } from '@opentelemetry/api';
import { context, diag, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { User } from '@userspan/core';
import { setThread, setUser, userAttributes, userOf } from '@userspan/core';
import { currentSpan, setCurrentSpan, threadIn, toTags } from '@userspan/core/internal';
import { ATTR_CONVERSATION_ID, ATTR_ERROR_TYPE, ATTR_WORKFLOW_NAME } from '@userspan/core/semconv';

import { hostOf } from '../call/host.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import type { Recorder } from '../call/recorder.ts';
import { requestAttributes } from '../request/request-attributes.ts';
import { callUser } from '../request/call-user.ts';
import { LiveTracker } from './live-tracker.ts';
import { ResponseTracker } from './response-tracker.ts';
import { SessionConfig } from './session-config.ts';
import type { Protocol, SessionScope } from './session-scope.ts';
import type { SharedCall } from './shared-call.ts';
import { joinCall, leaveCall } from './shared-call.ts';
import { TranscriptionTracker } from './transcription-tracker.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Close codes that end a session in order: normal, going away, no code given. */
const ORDERLY_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005]);
const NO_USAGE = 'translation is billed by the minute of audio, and the API reports no usage';

const TRANSLATION = { operation: 'translation', apiType: 'realtime', outputType: 'speech' } as const;
const SESSIONS = {
  realtime: { operation: 'invoke_workflow', apiType: 'realtime' },
  responses: { operation: 'invoke_workflow', apiType: 'responses' },
  live: { operation: 'invoke_workflow', apiType: 'live' },
  translation: { operation: 'invoke_workflow', apiType: 'realtime' },
} as const satisfies Readonly<Record<Protocol, object>>;

/** Sessions that are open, so that a recorder that stops can end them. */
const openSessions = new Set<Session>();

/** Ends the sessions of a recorder that stops. What they have recorded stays. */
export function endOpenSessions(recorder: Recorder): void {
  for (const session of openSessions) if (session.recorder === recorder) session.close(1000);
}

/**
 * One connection of the Realtime, Responses or Live API: a run, with one call below it for each response.
 *
 * A call is recorded when its response ends, with the usage that the server sent for it, so nothing is recorded twice
 * and a response that has no end says why its cost is not known. Its user is the one that the app names for it (fields
 * of `response.create`, or `identify` around `send`), else the one that was current when the session was opened.
 */
export class Session {
  readonly recorder: Recorder;
  readonly #span: Span;
  readonly #scope: SessionScope;
  readonly #call: SharedCall;
  readonly #responses: ResponseTracker;
  readonly #transcriptions: TranscriptionTracker;
  readonly #live: LiveTracker | undefined;
  readonly #startedAtEpochMs = Date.now();
  #hearsAudio = false;
  #isReconnecting = false;
  #isClosed = false;

  constructor(recorder: Recorder, url: URL, protocol: Protocol, user: User | undefined) {
    this.recorder = recorder;
    const config = new SessionConfig(url);
    const active = context.active();
    const parent = user === undefined ? active : setUser(active, user);
    const host = hostOf(url.href.replace(/^ws/, 'http').replace(/\?.*$/, ''));
    const name = `${protocol} session`;
    const attributes = {
      ...requestAttributes(SESSIONS[protocol], host, {}),
      [ATTR_WORKFLOW_NAME]: name,
      ...(user === undefined ? {} : userAttributes(user)),
    };
    this.#span = recorder.tracer.startSpan(
      `invoke_workflow ${name}`,
      { kind: SpanKind.CLIENT, attributes },
      parent,
    );
    this.#scope = {
      recorder,
      host,
      protocol,
      config,
      context: setCurrentSpan(parent, this.#span),
      isInThread: threadIn(parent) !== undefined,
      canBeginResponses: () => protocol === 'realtime' && this.#hearsAudio && config.startsResponses,
    };
    this.#call = joinCall(recorder, url);
    this.#responses = new ResponseTracker(this.#scope, this.#call);
    this.#transcriptions = new TranscriptionTracker(this.#scope);
    this.#live = protocol === 'live' ? new LiveTracker(this.#scope) : undefined;
    openSessions.add(this);
  }

  /** Whether anything will be recorded of it. */
  get isWatched(): boolean {
    return this.#span.isRecording() || this.recorder.metrics.isCollected;
  }

  /**
   * An event is sent, or queued by the library until there is a connection and, where it is held, until the app says so.
   *
   * @returns whether it asks for a response: `unsend` forgets it, where the library did not accept it.
   */
  send(event: Fields, isQueued: boolean, isHeld: boolean): boolean {
    const type = asText(event['type']);
    if (type === 'input_audio_buffer.append') this.#hearsAudio = true;
    if (type !== 'response.create' || this.#live !== undefined || this.#isClosed) return false;
    const active = context.active();
    const fields =
      this.#scope.protocol === 'realtime' ? { ...asRecord(event['response']), ...ownFieldsOf(event) } : event;
    const named = callUser(fields, undefined, this.#scope.context) ?? otherUser(active, this.#scope.context);
    this.#responses.request({
      eventId: asText(event['event_id']),
      sentAtEpochMs: Date.now(),
      sentAtMs: performance.now(),
      fields,
      context: this.#contextFor(named, active),
      namesUser: named !== undefined,
      tags: toTags(fields['tags']),
      link: this.#linkTo(active),
      isQueued,
      isHeld,
    });
    return true;
  }

  /** The library did not accept the request that was seen last. */
  unsend(): void {
    this.#responses.forgetLast();
  }

  /** The app sends what the library holds for it. */
  sendHeld(): void {
    this.#responses.flush(true);
  }

  /** The app takes back what the library holds for it. */
  takeHeld(): void {
    this.#responses.forgetHeld();
  }

  /** An event was received. */
  receive(event: Fields): void {
    const type = asText(event['type']);
    if (type === undefined || this.#isClosed) return;
    const session = asRecord(event['session']);
    if (session !== undefined) this.#scope.config.read(session);
    if (type === 'input_audio_buffer.speech_started') this.#hearsAudio = true;
    if (this.#live !== undefined) this.#live.receive(type, event);
    else {
      this.#responses.receive(type, event);
      this.#transcriptions.receive(type, event);
    }
  }

  /** The first connection is open, and the library sends what was queued. */
  opened(): void {
    this.#responses.flush(false);
  }

  /** Whether the library is opening another connection, and queues what is sent. */
  get isReconnecting(): boolean {
    return this.#isReconnecting;
  }

  /** The connection was lost, and the library opens another one for the same session. */
  reconnecting(): void {
    this.#isReconnecting = true;
    this.#responses.drop(true);
  }

  /** The library is connected again and has sent what was queued. */
  reconnected(): void {
    this.#isReconnecting = false;
    this.#responses.flush(false);
  }

  /** The connection is closed for good. Idempotent. */
  close(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    openSessions.delete(this);
    this.#responses.drop(false);
    leaveCall(this.recorder, this.#call);
    this.#live?.close();
    if (this.#scope.protocol === 'translation') this.#recordTranslation();
    const { id } = this.#scope.config;
    if (id !== undefined && !this.#scope.isInThread) this.#span.setAttribute(ATTR_CONVERSATION_ID, id);
    if (!ORDERLY_CODES.has(code)) {
      this.#span.setAttribute(ATTR_ERROR_TYPE, 'connection_closed');
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: `connection_closed ${String(code)}` });
    }
    this.#span.end();
  }

  #contextFor(user: User | undefined, active: Context): Context {
    const thread = threadIn(active);
    const base = user === undefined ? this.#scope.context : setUser(this.#scope.context, user);
    return thread === undefined ? base : setThread(base, thread);
  }

  /** The request of another trace that a response is for, such as that of a page which shares a connection. */
  #linkTo(active: Context): { context: ReturnType<Span['spanContext']> } | undefined {
    const span = currentSpan(active)?.spanContext();
    const isOther = span !== undefined && span.traceId !== this.#span.spanContext().traceId;
    return isOther ? { context: span } : undefined;
  }

  #recordTranslation(): void {
    const { recorder, host, context: parent, config } = this.#scope;
    recordFinishedCall({
      recorder,
      host,
      context: parent,
      endpoint: TRANSLATION,
      model: config.model,
      usage: {},
      startedAtEpochMs: this.#startedAtEpochMs,
      unpriced: NO_USAGE,
    });
  }
}

function ownFieldsOf({ userId, userProps, tags }: Fields): Fields {
  const fields = { userId, userProps, tags };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The user who is current where a request is sent, where that is not the session's. */
function otherUser(active: Context, session: Context): User | undefined {
  const current = userOf(active);
  return current === undefined || current.id === userOf(session)?.id ? undefined : current;
}

/** Runs what must not disturb the app. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    diag.warn(
      '@userspan/openai: an event of a session could not be recorded',
      error instanceof Error ? error.name : typeof error,
    );
  }
}
