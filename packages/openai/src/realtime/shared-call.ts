import type { Context } from '@opentelemetry/api';

import { forgetOldest } from '../call/forget-oldest.ts';
import type { Recorder } from '../call/recorder.ts';
import type { OpenResponse, RequestedResponse } from './open-response.ts';
import { takeRequest } from './open-response.ts';

const MAX_RESPONSES = 256;

/** Audio that a session has committed and whose transcription has not come. */
export interface CommittedAudio {
  readonly committedAtEpochMs: number;
  readonly committedAtMs: number;
  /** The model of the transcription when the audio was committed. */
  readonly model: string | undefined;
  firstChunkAtMs: number | undefined;
}

/** A call that several connections of this process may control: each receives the events of all responses. */
export interface SharedCall {
  /** `null` for a session of one connection, which has no other. */
  readonly id: string | null;
  /** Of all connections, in the order in which they were sent. */
  readonly requests: RequestedResponse[];
  /** The request that each response answers, by the id of the response. */
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

/** The call that a connection controls, where its URL names one; call `leaveCall` when the connection has closed. */
export function joinCall(recorder: Recorder, url: URL): SharedCall {
  const id = url.searchParams.get('call_id');
  const calls = callsOf.get(recorder) ?? new Map<string, SharedCall>();
  callsOf.set(recorder, calls);
  const call = (id === null ? undefined : calls.get(id)) ?? newCall(id);
  if (id !== null) calls.set(id, call);
  call.connections += 1;
  return call;
}

/** A connection has closed. */
export function leaveCall(recorder: Recorder, call: SharedCall): void {
  call.connections -= 1;
  if (call.id !== null && call.connections === 0) callsOf.get(recorder)?.delete(call.id);
}

/** The request that a response answers, whichever connection sent it and whichever sees the response first. */
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
