import type { Context } from '@opentelemetry/api';

import { forgetOldest } from '../call/forget-oldest.ts';
import type { Recorder } from '../call/recorder.ts';
import type { Beginning } from './beginning.ts';
import { asText } from '../call/record.ts';
import type { OpenResponse, RequestedResponse } from './open-response.ts';
import { isUnsent, laneOf, takeRequest } from './open-response.ts';

type Fields = Readonly<Record<string, unknown>>;

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
  /** Input that the app added to a response while it ran, by that response's id: the server continues it with a successor. */
  readonly steered: Map<string, RequestedResponse>;
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
    steered: new Map(),
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

/** Remembers input that the app added to the response with this id. */
export function steer({ steered }: SharedCall, id: string, request: RequestedResponse): void {
  steered.set(id, request);
  forgetOldest(steered, MAX_RESPONSES);
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
