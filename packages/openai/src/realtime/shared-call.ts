import type { Context } from '@opentelemetry/api';

import { forgetOldest } from '../call/forget-oldest.ts';
import type { Recorder } from '../call/recorder.ts';
import type { Beginning } from './beginning.ts';
import type { OpenResponse, RequestedResponse } from './open-response.ts';
import { takeRequest } from './open-response.ts';

const MAX_RESPONSES = 256;

/** Audio that a session has committed and whose transcription has not come. */
export interface CommittedAudio extends Beginning {
  /** The model of the transcription when the audio was committed. */
  readonly model: string | undefined;
}

/** A realtime call that several connections of this process may control. Each receives the events of all responses. */
export interface SharedCall {
  /** `null` for a session with a single connection. */
  readonly id: string | null;
  /** Requests of all connections, in sending order. */
  readonly requests: RequestedResponse[];
  /** The request of each response, by the response's id. */
  readonly answered: Map<string, RequestedResponse | undefined>;
  /** Responses that have begun and not ended, by id. */
  readonly open: Map<string, OpenResponse>;
  /** Committed audio, by the id of its item. */
  readonly committed: Map<string, CommittedAudio>;
  /** Of the first connection: whom a response is for that the server begins by itself. */
  context: Context | undefined;
  /** Whether the call carries audio, so that the server may begin responses by itself. */
  hearsAudio: boolean;
  connections: number;
}

const callsOf = new WeakMap<Recorder, Map<string, SharedCall>>();

/** A call without a connection yet. */
export function newCall(id: string | null): SharedCall {
  return {
    id,
    requests: [],
    answered: new Map(),
    open: new Map(),
    committed: new Map(),
    context: undefined,
    // A call that is controlled from outside is one of WebRTC or SIP, whose audio does not pass here.
    hearsAudio: id !== null,
    connections: 0,
  };
}

/** The call in a connection's URL, or a new one. Call `leaveCall` when the connection has closed. */
export function joinCall(recorder: Recorder, url: URL): SharedCall {
  const id = url.searchParams.get('call_id');
  const calls = callsOf.get(recorder) ?? new Map<string, SharedCall>();
  callsOf.set(recorder, calls);
  const call = (id === null ? undefined : calls.get(id)) ?? newCall(id);
  if (id !== null) calls.set(id, call);
  call.connections += 1;
  return call;
}

/** Removes a closed connection from its call. */
export function leaveCall(recorder: Recorder, call: SharedCall): void {
  call.connections -= 1;
  if (call.id !== null && call.connections === 0) callsOf.get(recorder)?.delete(call.id);
}

/**
 * The request that a response answers, independent of which connection sent the request and which received the response
 * first.
 */
export function requestOf(
  { requests, answered }: SharedCall,
  id: string,
  response: Readonly<Record<string, unknown>>,
): RequestedResponse | undefined {
  if (answered.has(id)) return answered.get(id);
  const request = takeRequest(requests, response);
  answered.set(id, request);
  forgetOldest(answered, MAX_RESPONSES);
  return request;
}
