import type { Context, Link } from '@opentelemetry/api';

type Fields = Readonly<Record<string, unknown>>;

/** A `response.create` that was sent, until the response that it asks for begins. */
export interface RequestedResponse {
  readonly eventId: string | undefined;
  readonly sentAtEpochMs: number;
  readonly sentAtMs: number;
  /** Fields of the request: of the event itself in the Responses API, of its `response` in the Realtime API. */
  readonly fields: Fields;
  /** The user and the thread that are named for this response, below the session's span. */
  readonly context: Context;
  readonly tags: readonly string[] | undefined;
  readonly link: Link | undefined;
  /** What the app passed to the library, until the connection sends it: the library may queue it, or reject it. */
  unsent: unknown;
}

/** A response that the server has begun and not ended. */
export interface OpenResponse {
  readonly id: string;
  /** The model of the session when it began. */
  readonly model: string | undefined;
  readonly startedAtEpochMs: number;
  readonly startedAtMs: number;
  firstChunkAtMs: number | undefined;
  /** The request that it answers; undefined for one that the server began by itself. */
  request: RequestedResponse | undefined;
  /** Whether it can be no response that the server began by itself. */
  readonly isProven: boolean;
}

/**
 * The request that a response answers: the first that it can be. A server answers requests in their order, but begins
 * responses of its own between them (voice activity), and a request that is outside of the conversation is answered
 * beside the others; metadata, which a response repeats, distinguishes them.
 */
export function takeRequest(requests: RequestedResponse[], response: Fields): RequestedResponse | undefined {
  const at = requests.findIndex((request) => canAnswer(request, response));
  return at === -1 ? undefined : requests.splice(at, 1)[0];
}

function canAnswer({ fields, unsent }: RequestedResponse, response: Fields): boolean {
  if (unsent !== undefined) return false;
  if (!isSameMetadata(fields['metadata'], response['metadata'])) return false;
  const isOutside = fields['conversation'] === 'none';
  const { conversation_id: conversation } = response;
  return conversation === undefined || (conversation === null) === isOutside;
}

/** Whether the metadata of a response shows that it answers this request, and was not begun by the server itself. */
export function provesRequest(request: RequestedResponse | undefined, response: Fields): boolean {
  return request !== undefined && hasMetadata(request) && response['metadata'] !== undefined;
}

/** Whether a request can be distinguished from responses that the server starts. */
export function hasMetadata({ fields }: RequestedResponse): boolean {
  const { metadata } = fields;
  return typeof metadata === 'object' && metadata !== null && Object.keys(metadata).length > 0;
}

/** A compatible server that knows no metadata leaves the field out, where OpenAI writes `null` for none: it can tell nothing apart. */
function isSameMetadata(sent: unknown, answered: unknown): boolean {
  if (answered === undefined) return true;
  const left = entriesOf(sent);
  const right = new Map(entriesOf(answered));
  return left.length === right.size && left.every(([name, value]) => right.get(name) === value);
}

function entriesOf(metadata: unknown): [string, unknown][] {
  return typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : [];
}
