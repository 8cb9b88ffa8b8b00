import { traceParentOf } from '../client-span.ts';
import { type ClientUser, clientUserOf } from '../client-user.ts';
import { boundedJson, MAX_ID_LENGTH } from '@userspan/core/internal';
import { countOf, field, type JsonObject, objectOf, stringOf, timeOf } from '../read-client-json.ts';

/** One checked event of Lunary's clients. Plain JSON, because it is stored in the journal. */
export interface LunaryEvent {
  readonly type: string;
  readonly event: string;
  readonly runId: string;
  readonly parentRunId?: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** Name of the model, agent, tool or custom event. */
  readonly name?: string;
  readonly user?: ClientUser;
  readonly tags?: readonly string[];
  readonly usage?: LunaryUsage;
  readonly error?: string;
  readonly requestTier?: string;
  readonly responseTier?: string;
  readonly responseId?: string;
  readonly responseModel?: string;
  readonly feedback?: LunaryFeedback;
  readonly message?: LunaryMessage;
  /** `traceparent` in the application's metadata of a run: the span of OpenTelemetry that the run belongs to. */
  readonly traceparent?: string;
  /** JSON of the application's metadata of a custom event. */
  readonly metadata?: string;
  /** Content as JSON. Only if the collector stores content. */
  readonly input?: string;
  readonly output?: string;
}

/** Token counts as in the conventions: input includes cached tokens. */
export interface LunaryUsage {
  readonly input: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

export interface LunaryFeedback {
  readonly thumb?: 'up' | 'down';
  readonly comment?: string;
  readonly score?: number;
}

export interface LunaryMessage {
  readonly role?: string;
  readonly isRetry?: boolean;
  readonly extra?: string;
  /** Only if the collector stores content. */
  readonly content?: string;
}

const TYPES: ReadonlySet<string> = new Set([
  'llm',
  'chain',
  'agent',
  'tool',
  'log',
  'embed',
  'retriever',
  'chat',
  'convo',
  'message',
  'thread',
]);
const EVENTS: ReadonlySet<string> = new Set([
  'start',
  'end',
  'error',
  'feedback',
  'chat',
  'custom-event',
  'update',
  'info',
  'warn',
]);
const MAX_NAME = 256;
const MAX_TEXT = 4096;
const MAX_TAGS = 64;

/** The client's id of an event, for its result, even if the rest of the event is invalid. */
export function runIdIn(value: unknown): string | undefined {
  const event = objectOf(value);
  return event === undefined ? undefined : stringOf(field(event, 'runId', 'run_id', 'id'), MAX_ID_LENGTH);
}

/** Reads one event, in camel case or snake case. Returns the reason if it is invalid. */
export function readLunaryEvent(
  value: unknown,
  receivedAtMs: number,
  keepsContent: boolean,
): LunaryEvent | { readonly invalid: string } {
  const json = objectOf(value);
  if (json === undefined) {
    return { invalid: 'an event must be an object' };
  }
  const event = field(json, 'event');
  if (typeof event !== 'string' || !EVENTS.has(event)) {
    return { invalid: `event must be one of ${[...EVENTS].join(', ')}` };
  }
  const type = field(json, 'type') ?? '';
  if (typeof type !== 'string' || (type !== '' && !TYPES.has(type))) {
    return { invalid: `type must be null or one of ${[...TYPES].join(', ')}` };
  }
  const runId = field(json, 'runId', 'run_id');
  const isLog = type === 'log';
  if (typeof runId !== 'string' && !isLog) {
    return { invalid: 'runId must be a string' };
  }
  if (typeof runId === 'string' && (runId === '' || runId.length > MAX_ID_LENGTH)) {
    return { invalid: `runId must have 1 to ${MAX_ID_LENGTH} characters` };
  }
  return definedOnly({
    type,
    event,
    // A log line has no id, so its content and time identify it.
    runId: typeof runId === 'string' ? runId : `log ${boundedJson(json) ?? ''}`.slice(0, MAX_TEXT),
    parentRunId: parentOf(json, runId),
    timeMs: timeOf(field(json, 'timestamp'), receivedAtMs) ?? receivedAtMs,
    name: stringOf(field(json, 'name'), MAX_NAME),
    user: clientUserOf(field(json, 'userId', 'user_id'), field(json, 'userProps', 'user_props')),
    tags: tagsOf(json),
    error: errorOf(json, event),
    feedback: feedbackOf(field(json, 'feedback')),
    message: type === 'log' ? undefined : messageOf(field(json, 'message'), keepsContent),
    traceparent: event === 'start' ? traceparentIn(json) : undefined,
    metadata: event === 'custom-event' ? boundedJson(field(json, 'metadata')) : undefined,
    input: keepsContent ? boundedJson(field(json, 'input')) : undefined,
    output: keepsContent ? boundedJson(field(json, 'output')) : undefined,
    ...modelFacts(json),
  }) as unknown as LunaryEvent;
}

function parentOf(json: JsonObject, runId: unknown): string | undefined {
  const parent = field(json, 'parentRunId', 'parent_run_id');
  return typeof parent === 'string' && parent !== '' && parent.length <= MAX_ID_LENGTH && parent !== runId
    ? parent
    : undefined;
}

function traceparentIn(json: JsonObject): string | undefined {
  const text = stringOf(field(objectOf(field(json, 'metadata')) ?? {}, 'traceparent'), MAX_NAME);
  return traceParentOf(text) === undefined ? undefined : text;
}

/** Reads tokens, tier and id of an answer. The Python client puts Anthropic's counts into `metadata`. */
function modelFacts(json: JsonObject): Partial<Record<keyof LunaryEvent, unknown>> {
  const metadata = objectOf(field(json, 'metadata')) ?? {};
  const params = objectOf(field(json, 'params', 'extra')) ?? {};
  const output = objectOf(field(json, 'output')) ?? {};
  const text = (object: JsonObject, ...names: string[]): string | undefined =>
    stringOf(field(object, ...names), MAX_NAME);
  const messageId = text(metadata, 'messageId', 'message_id');
  return {
    usage: usageOf(objectOf(field(json, 'tokensUsage', 'tokens_usage')), metadata),
    requestTier: text(params, 'service_tier', 'serviceTier'),
    responseTier: text(metadata, 'serviceTier', 'service_tier'),
    responseId: messageId,
    responseModel: text(output, 'model') ?? (messageId === undefined ? undefined : text(metadata, 'model')),
  };
}

/**
 * Without a prompt count, the usage is unknown, because for streams the clients send the number of chunks as
 * `completion`.
 *
 * OpenAI's prompt includes cached tokens, Anthropic's does not. If Anthropic's cached tokens are one sum of reads and
 * writes, the usage is unknown, too, because writes cost twelve times as much.
 */
function usageOf(counts: JsonObject | undefined, metadata: JsonObject): LunaryUsage | undefined {
  const prompt = counts && countOf(field(counts, 'prompt'));
  if (counts === undefined || prompt === undefined) {
    return undefined;
  }
  const output = countOf(field(counts, 'completion'));
  const cached = countOf(field(counts, 'promptCached', 'prompt_cached'));
  const written = countOf(field(metadata, 'cacheCreationInputTokens', 'cache_creation_input_tokens'));
  const read = countOf(field(metadata, 'cacheReadInputTokens', 'cache_read_input_tokens'));
  if (written !== undefined || read !== undefined) {
    const [cacheWrite, cacheRead] = [written ?? 0, read ?? 0];
    const input = prompt + cacheWrite + cacheRead;
    return input === 0
      ? undefined
      : { input, cacheRead, cacheWrite, ...(output === undefined ? {} : { output }) };
  }
  // No prompt is empty, so a client that sends 0 does not know the count.
  if (prompt === 0 || (cached !== undefined && cached > prompt)) {
    return undefined;
  }
  return {
    input: prompt,
    ...(output === undefined ? {} : { output }),
    ...(cached === undefined ? {} : { cacheRead: cached }),
  };
}

function tagsOf(json: JsonObject): readonly string[] | undefined {
  const message = objectOf(field(json, 'message')) ?? {};
  const tags = [field(json, 'tags'), field(json, 'threadTags', 'thread_tags'), field(message, 'tags')]
    .flat()
    .filter((tag): tag is string => typeof tag === 'string' && tag !== '' && tag.length <= MAX_NAME);
  return tags.length === 0 ? undefined : [...new Set(tags)].slice(0, MAX_TAGS);
}

function errorOf(json: JsonObject, event: string): string | undefined {
  if (event !== 'error') {
    return undefined;
  }
  const error = field(json, 'error');
  const message = typeof error === 'string' ? error : field(objectOf(error) ?? {}, 'message');
  return stringOf(message, MAX_TEXT) ?? 'error';
}

export function feedbackOf(value: unknown): LunaryFeedback | undefined {
  const json = objectOf(value) ?? {};
  const thumb = field(json, 'thumb', 'thumbs');
  const score = field(json, 'score', 'rating');
  const feedback: LunaryFeedback = definedOnly({
    thumb: thumb === 'up' || thumb === 'down' ? thumb : undefined,
    comment: stringOf(field(json, 'comment'), MAX_TEXT),
    score: typeof score === 'number' && Number.isFinite(score) ? score : undefined,
  });
  return Object.keys(feedback).length === 0 ? undefined : feedback;
}

function messageOf(value: unknown, keepsContent: boolean): LunaryMessage | undefined {
  const json = objectOf(value);
  if (json === undefined) {
    return undefined;
  }
  const isRetry = field(json, 'isRetry', 'is_retry');
  const content = field(json, 'content');
  return definedOnly({
    role: stringOf(field(json, 'role'), MAX_NAME),
    isRetry: typeof isRetry === 'boolean' ? isRetry : undefined,
    extra: boundedJson(field(json, 'extra')),
    content: keepsContent ? (stringOf(content, MAX_TEXT * 16) ?? boundedJson(content)) : undefined,
  });
}

function definedOnly(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
