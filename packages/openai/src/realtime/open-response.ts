import type { Context, Link } from '@opentelemetry/api';

import { asText } from '../call/record.ts';
import type { ToolCall } from '../call/tool-call.ts';
import type { Beginning } from './beginning.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A `response.create` without a started response. */
export interface RequestedResponse {
  readonly eventId: string | undefined;
  readonly sentAtEpochMs: number;
  readonly sentAtMs: number;
  /** Fields of the request: the event itself in the Responses API, its `response` in the Realtime API. */
  readonly fields: Fields;
  /** The context with user and thread of this response, below the session's span. */
  readonly context: Context;
  readonly tags: readonly string[] | undefined;
  readonly link: Link | undefined;
  /** The event that the app passed to the library, until it is sent. The library may also queue or reject it. */
  unsent: unknown;
}

/** A response that the server has started and not ended. */
export interface OpenResponse extends Beginning {
  readonly id: string;
  /** The lane of its events in the Responses API, which answers the requests of each lane in order. */
  readonly lane: string | undefined;
  /** The session's model when the response started. */
  readonly model: string | undefined;
  /** The request that it answers; undefined if the server started it by itself. */
  request: RequestedResponse | undefined;
  /** Its tool calls so far, for an end that leaves the output out. */
  readonly tools: ToolCall[];
  /** `error.type` of an error in its stream. */
  failure?: string | undefined;
  /** Whether it certainly answers a request, i.e. was not started by the server itself. */
  readonly isProven: boolean;
}

/**
 * Finds the request that a response answers: the first possible one of its lane. A server answers requests in order, but
 * may start its own responses in between (voice activity), and answers requests outside of the conversation, and those of
 * other lanes, in parallel. Metadata, which a response repeats, distinguishes them. Servers without lanes leave the lane
 * out.
 */
export function takeRequest(
  requests: RequestedResponse[],
  response: Fields,
  lane: string | undefined,
): RequestedResponse | undefined {
  let at = requests.findIndex((request) => laneOf(request.fields) === lane && canAnswer(request, response));
  if (at === -1 && lane === undefined) at = requests.findIndex((request) => canAnswer(request, response));
  return at === -1 ? undefined : requests.splice(at, 1)[0];
}

/** The lane of an event or a request of the Responses API. */
export function laneOf(event: Fields): string | undefined {
  return asText(event['stream_id']);
}

function canAnswer(request: RequestedResponse, response: Fields): boolean {
  if (isUnsent(request)) return false;
  const { fields } = request;
  if (!isSameMetadata(fields['metadata'], response['metadata'])) return false;
  const isOutside = fields['conversation'] === 'none';
  const { conversation_id: conversation } = response;
  return conversation === undefined || (conversation === null) === isOutside;
}

/** Whether the library has not sent a request yet. */
export function isUnsent({ unsent }: RequestedResponse): boolean {
  return unsent !== undefined;
}

/** Whether the metadata of a response proves that it answers this request. */
export function provesRequest(request: RequestedResponse | undefined, response: Fields): boolean {
  return request !== undefined && hasMetadata(request) && response['metadata'] !== undefined;
}

/** Whether responses to a request can be distinguished from those that the server starts. */
export function hasMetadata({ fields }: RequestedResponse): boolean {
  const { metadata } = fields;
  return typeof metadata === 'object' && metadata !== null && Object.keys(metadata).length > 0;
}

/**
 * Whether metadata is equal. Compatible servers without support for metadata leave the field out, while OpenAI writes
 * `null`. An absent field equals any metadata.
 */
function isSameMetadata(sent: unknown, answered: unknown): boolean {
  if (answered === undefined) return true;
  const left = entriesOf(sent);
  const right = new Map(entriesOf(answered));
  return left.length === right.size && left.every(([name, value]) => right.get(name) === value);
}

function entriesOf(metadata: unknown): [string, unknown][] {
  return typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : [];
}
