import type { Context, Span } from '@opentelemetry/api';
import { context, diag, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { User } from '@userspan/core';
import { setThread, setUser, userAttributes, userOf } from '@userspan/core';
import { currentSpan, setCurrentSpan, threadIn, toTags, warnOnce } from '@userspan/core/internal';
import { ATTR_CONVERSATION_ID, ATTR_ERROR_TYPE, ATTR_WORKFLOW_NAME } from '@userspan/core/semconv';

import { hostOf } from '../call/host.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import type { Recorder } from '../call/recorder.ts';
import { requestAttributes } from '../request/request-attributes.ts';
import { callUser } from '../request/call-user.ts';
import { LiveTracker } from './live-tracker.ts';
import type { RequestedResponse } from './open-response.ts';
import { ResponseTracker } from './response-tracker.ts';
import { SessionConfig } from './session-config.ts';
import type { Protocol, SessionScope } from './session-scope.ts';
import type { SharedCall } from './shared-call.ts';
import { joinCall, leaveCall, nameRequest, steer } from './shared-call.ts';
import { TranscriptionTracker } from './transcription-tracker.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Close codes without an error: normal, going away, and no code. */
const ORDERLY_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005]);
const NO_USAGE = 'translation is billed by the minute of audio, and the API reports no usage';

const TRANSLATION = { operation: 'translation', apiType: 'realtime', outputType: 'speech' } as const;
const SESSIONS = {
  realtime: { operation: 'invoke_workflow', apiType: 'realtime' },
  responses: { operation: 'invoke_workflow', apiType: 'responses' },
  live: { operation: 'invoke_workflow', apiType: 'live' },
  translation: { operation: 'invoke_workflow', apiType: 'realtime' },
} as const satisfies Readonly<Record<Protocol, object>>;

/** Open sessions, so that a recorder that stops can end them. */
const openSessions = new Set<Session>();

/** Ends the sessions of a recorder that stops. */
export function endOpenSessions(recorder: Recorder): void {
  for (const session of openSessions) if (session.recorder === recorder) session.close(1000);
}

/**
 * One connection of the Realtime, Responses or Live API: a run, with one call below it for each response.
 *
 * A call is recorded when its response ends, with the usage that the server sent. So nothing is recorded twice, and a
 * response without an end has the reason why its cost is unknown. Its user is the one that the app names for it (fields
 * of `response.create`, or `identify` around `send`), otherwise the one from when the session was opened.
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
  #isClosed = false;
  #isStarted = false;

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
    const call = joinCall(recorder, url);
    this.#call = call;
    this.#scope = {
      recorder,
      host,
      protocol,
      config,
      context: setCurrentSpan(parent, this.#span),
      canBeginResponses: () => protocol === 'realtime' && call.hearsAudio && config.startsResponses,
    };
    call.context ??= this.#scope.context;
    this.#responses = new ResponseTracker(this.#scope, call);
    this.#transcriptions = new TranscriptionTracker(this.#scope, call);
    this.#live = protocol === 'live' ? new LiveTracker(this.#scope, call, this.#responses) : undefined;
    openSessions.add(this);
  }

  /** Whether anything is recorded for it. */
  get isWatched(): boolean {
    return this.#span.isRecording() || this.recorder.metrics.isCollected;
  }

  /**
   * Call when the app passes an event to the library. `data` is what the library gets.
   *
   * @returns the request if the event requests a response; call `unsend` with it if it will not be sent.
   */
  send(event: Fields, data: unknown): RequestedResponse | undefined {
    const type = asText(event['type']);
    if (type === 'input_audio_buffer.append') this.#call.hearsAudio = true;
    if (this.#isClosed) return undefined;
    if (type === 'response.steer') this.#steer(asText(event['previous_response_id']));
    if (type !== 'response.create') return undefined;
    const fields =
      this.#scope.protocol === 'realtime' ? { ...asRecord(event['response']), ...ownFieldsOf(event) } : event;
    const session = this.#scope.context;
    const named = callUser(fields, undefined, session) ?? otherUser(context.active(), session);
    const request: RequestedResponse = {
      ...this.#requestNow(fields, named, session),
      eventId: asText(event['event_id']),
      unsent: data,
    };
    if (this.#live !== undefined) {
      if (named !== undefined || request.tags !== undefined) this.#nameRequest(request);
      return undefined;
    }
    this.#responses.request(request);
    return request;
  }

  /** A Live session begins responses by itself. Those that the app requests repeat the id of its event. */
  #nameRequest(request: RequestedResponse): void {
    if (request.eventId !== undefined) nameRequest(this.#call, request.eventId, request);
    else {
      warnOnce(
        'live-user',
        'a user or tags were named for a response of a Live session without an id that the response repeats, ' +
          'so it counts for the user of the session. Send `event_id` in that response.create.',
      );
    }
  }

  /** The successor of a response inherits its settings and its user, unless the app adds the input as another user. */
  #steer(id: string | undefined): void {
    if (id === undefined) return;
    const steered = this.#call.open.get(id)?.request ?? this.#call.answered.get(id);
    const session = this.#scope.context;
    const named = otherUser(context.active(), session);
    steer(this.#call, id, this.#requestNow(steered?.fields ?? {}, named, steered?.context ?? session));
  }

  /** A request that is made now, for the user who is named, otherwise for that of a context. */
  #requestNow(fields: Fields, named: User | undefined, base: Context): RequestedResponse {
    const active = context.active();
    return {
      eventId: undefined,
      sentAtEpochMs: Date.now(),
      sentAtMs: performance.now(),
      fields,
      context: contextFor(named, active, base),
      tags: toTags(fields['tags']),
      link: this.#linkTo(active),
      unsent: undefined,
    };
  }

  /** Returns the request that the connection is about to send; undefined for other messages. */
  unsentRequest(data: unknown): RequestedResponse | undefined {
    return typeof data === 'string' ? this.#responses.unsentRequest(data) : undefined;
  }

  /** Call when a request will not be sent. */
  unsend(request: RequestedResponse): void {
    this.#responses.forget(request);
  }

  /** Call when the app takes back unsent messages. */
  takeUnsent(): void {
    this.#responses.forgetUnsent();
  }

  /** Call with each received event. */
  receive(event: Fields): void {
    const type = asText(event['type']);
    if (type === undefined || this.#isClosed) return;
    this.#isStarted = true;
    const session = asRecord(event['session']);
    if (session !== undefined) this.#scope.config.read(session);
    if (type === 'input_audio_buffer.speech_started') this.#call.hearsAudio = true;
    if (this.#live !== undefined) this.#live.receive(type, event);
    else {
      this.#responses.receive(type, event);
      this.#transcriptions.receive(type, event);
    }
  }

  /** Call when the connection was lost and the library reconnects. */
  reconnecting(): void {
    this.#responses.drop(true);
    this.#transcriptions.drop();
  }

  /** Call when the connection is closed for good. Idempotent. */
  close(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    openSessions.delete(this);
    this.#responses.drop(false);
    this.#transcriptions.drop();
    leaveCall(this.recorder, this.#call);
    this.#live?.close();
    const isOrderly = ORDERLY_CODES.has(code);
    if (this.#scope.protocol === 'translation') this.#recordTranslation(isOrderly);
    const { id } = this.#scope.config;
    if (id !== undefined && threadIn(this.#scope.context) === undefined) {
      this.#span.setAttribute(ATTR_CONVERSATION_ID, id);
    }
    if (!isOrderly) {
      this.#span.setAttribute(ATTR_ERROR_TYPE, 'connection_closed');
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: `connection_closed ${String(code)}` });
    }
    this.#span.end();
  }

  /** A link to the trace of the request if it is not that of the session, e.g. if pages share a connection. */
  #linkTo(active: Context): { context: ReturnType<Span['spanContext']> } | undefined {
    const span = currentSpan(active)?.spanContext();
    const isOther = span !== undefined && span.traceId !== this.#span.spanContext().traceId;
    return isOther ? { context: span } : undefined;
  }

  /** Records one call for the whole session, without cost if the server refused the connection. */
  #recordTranslation(isOrderly: boolean): void {
    const { recorder, host, context: parent, config } = this.#scope;
    recordFinishedCall({
      recorder,
      host,
      context: parent,
      endpoint: TRANSLATION,
      model: config.model,
      usage: {},
      startedAtEpochMs: this.#startedAtEpochMs,
      conversationId: config.id,
      failure: isOrderly ? undefined : 'connection_closed',
      unpriced: NO_USAGE,
      isRefused: !isOrderly && !this.#isStarted,
    });
  }
}

/** A context with the named user and the current thread, if there are any. */
function contextFor(user: User | undefined, active: Context, base: Context): Context {
  const thread = threadIn(active);
  const known = user === undefined ? base : setUser(base, user);
  return thread === undefined ? known : setThread(known, thread);
}

function ownFieldsOf({ userId, userProps, tags }: Fields): Fields {
  const fields = { userId, userProps, tags };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The current user when a request is sent, if it differs from the session's. */
function otherUser(active: Context, session: Context): User | undefined {
  const current = userOf(active);
  return current === undefined || current.id === userOf(session)?.id ? undefined : current;
}

/** Runs code whose errors must not affect the app. Returns undefined if it throws. */
export function guarded<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    diag.warn(
      '@userspan/openai: an event of a session could not be recorded',
      error instanceof Error ? error.name : typeof error,
    );
    return undefined;
  }
}
