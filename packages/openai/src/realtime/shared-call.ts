import type { Context } from '@opentelemetry/api';

import { forgetOldest } from '../call/forget-oldest.ts';
import type { Recorder } from '../call/recorder.ts';
import type { Beginning } from './beginning.ts';
import { asText } from '../call/record.ts';
import type { RequestedResponse } from './open-response.ts';
import { isUnsent, laneOf, takeRequest } from './open-response.ts';
import { OpenResponses } from './open-responses.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAX_RESPONSES = 256;
/** The path of a connection that attaches to a Live session. */
const ATTACHED = /\/live\/sessions\/([^/]+)\/attach$/;

/** Audio that a session has committed and whose transcription has not come. */
export interface CommittedAudio extends Beginning {
  /** The model of the transcription when the audio was committed. */
  readonly model: string | undefined;
}

/** What a session of the Live API has used. */
export interface LiveTotal {
  /** Of the session that the total belongs to: a lost connection may be followed by another session. */
  sessionId: string | undefined;
  model: string | undefined;
  readonly startedAtEpochMs: number;
  /** The latest total. */
  usage: Fields | undefined;
  /** Whether the total is that of the end of the session. */
  isFinal: boolean;
  isRecorded: boolean;
}

/**
 * A realtime call or a Live session that several connections of this process may control. Each receives the events of all
 * responses.
 */
export interface SharedCall {
  /** `null` for a session with a single connection. */
  id: string | null;
  /** Requests of all connections, in sending order. */
  readonly requests: RequestedResponse[];
  /** The request of each response, by the response's id. */
  readonly answered: Map<string, RequestedResponse | undefined>;
  /** Input that the app added to a response while it ran, by that response's id: the server continues it with a successor. */
  readonly steered: Map<string, RequestedResponse>;
  readonly open: OpenResponses;
  /** Committed audio, by the id of its item. */
  readonly committed: Map<string, CommittedAudio>;
  /** Of the first connection: whom a response is for that the server begins by itself. */
  context: Context | undefined;
  /** Whether the call carries audio, so that the server may begin responses by itself. */
  hearsAudio: boolean;
  connections: number;
  live: LiveTotal;
  /** Requests of a Live session for which the app named a user or tags, by the id of their event, which responses repeat. */
  readonly named: Map<string, RequestedResponse>;
}

const callsOf = new WeakMap<Recorder, Map<string, SharedCall>>();

/** A call without a connection yet. */
export function newCall(id: string | null): SharedCall {
  return {
    id,
    requests: [],
    answered: new Map(),
    steered: new Map(),
    open: new OpenResponses(),
    committed: new Map(),
    context: undefined,
    // A call that is controlled from outside is one of WebRTC or SIP, whose audio does not pass here.
    hearsAudio: id !== null,
    connections: 0,
    live: newLiveTotal(undefined),
    named: new Map(),
  };
}

/** The total of a Live session that begins. */
export function newLiveTotal(sessionId: string | undefined): LiveTotal {
  return {
    sessionId,
    model: undefined,
    startedAtEpochMs: Date.now(),
    usage: undefined,
    isFinal: false,
    isRecorded: false,
  };
}

/** The id of the call or Live session that a connection attaches to, in its URL; `null` if it begins a new one. */
export function attachedId(url: URL): string | null {
  return url.searchParams.get('call_id') ?? ATTACHED.exec(url.pathname)?.[1] ?? null;
}

/** The call that a connection attaches to, or a new one. Call `leaveCall` when the connection has closed. */
export function joinCall(recorder: Recorder, url: URL): SharedCall {
  const id = attachedId(url);
  const calls = callsOf.get(recorder) ?? new Map<string, SharedCall>();
  callsOf.set(recorder, calls);
  const call = (id === null ? undefined : calls.get(id)) ?? newCall(id);
  if (id !== null) calls.set(id, call);
  call.connections += 1;
  return call;
}

/** Lets other connections attach to a call whose id the server has sent. */
export function nameCall(recorder: Recorder, call: SharedCall, id: string): void {
  if (call.id === id) return;
  const calls = callsOf.get(recorder);
  forgetCall(calls, call);
  call.id = id;
  if (calls?.has(id) === false) calls.set(id, call);
}

/** Removes a closed connection from its call. */
export function leaveCall(recorder: Recorder, call: SharedCall): void {
  call.connections -= 1;
  if (call.connections === 0) forgetCall(callsOf.get(recorder), call);
}

function forgetCall(calls: Map<string, SharedCall> | undefined, call: SharedCall): void {
  if (call.id !== null && calls?.get(call.id) === call) calls.delete(call.id);
}

/** Remembers input that the app added to the response with this id. */
export function steer({ steered }: SharedCall, id: string, request: RequestedResponse): void {
  steered.set(id, request);
  forgetOldest(steered, MAX_RESPONSES);
}

/** Remembers a request of a Live session by the id of its event. */
export function nameRequest({ named }: SharedCall, id: string, request: RequestedResponse): void {
  named.set(id, request);
  forgetOldest(named, MAX_RESPONSES);
}

/**
 * The request that a response answers, independent of which connection sent the request and which received the response
 * first.
 */
export function requestOf(
  call: SharedCall,
  id: string,
  response: Fields,
  lane: string | undefined,
): RequestedResponse | undefined {
  const { answered } = call;
  if (answered.has(id)) return answered.get(id);
  const request = takeSteered(call, response, lane) ?? takeRequest(call.requests, response, lane);
  answered.set(id, request);
  forgetOldest(answered, MAX_RESPONSES);
  return request;
}

/** The input that started a successor by itself. If the app requests the successor, that request is answered instead. */
function takeSteered(
  { requests, steered }: SharedCall,
  response: Fields,
  lane: string | undefined,
): RequestedResponse | undefined {
  const previous = asText(response['previous_response_id']);
  const request = previous === undefined ? undefined : steered.get(previous);
  if (previous === undefined || request === undefined) return undefined;
  steered.delete(previous);
  const isRequested = requests.some(
    (other) =>
      !isUnsent(other) && other.fields['previous_response_id'] === previous && laneOf(other.fields) === lane,
  );
  return isRequested ? undefined : request;
}
