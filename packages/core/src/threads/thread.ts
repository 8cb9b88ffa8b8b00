import { context as contextApi, isSpanContextValid } from '@opentelemetry/api';
import type { Attributes, Context } from '@opentelemetry/api';
import { keepContext } from '../context/bind-context.ts';
import { boundedJson } from '../text/bounded-json.ts';
import { type ThreadMessage, messageAttributes } from './message-attributes.ts';
import { recordInstant } from './record-instant.ts';
import { ATTR_EVENT_METADATA, ATTR_EVENT_NAME, ATTR_MESSAGE_ID } from '../semconv.ts';
import { spanIdOf } from '../runs/span-id.ts';
import { type ThreadScope, setThread } from '../context/thread-context.ts';
import { toId, toUser } from '../user/to-user.ts';
import { toTags } from '../text/tags.ts';
import { setUser } from '../user/user-context.ts';
import type { User, UserProps } from '../user/user.ts';
import { warnOnce } from '../process/warn-once.ts';

/** Options of `openThread`. */
export interface ThreadOptions {
  /** Default: a new random one. */
  readonly id?: string;
  /** The user of the conversation. Inside `thread.run` it overrides the current user. Default: the current user. */
  readonly userId?: string | number | bigint;
  readonly userProps?: UserProps;
  /** Labels on its calls, runs and messages. */
  readonly tags?: readonly string[];
}

/** A conversation: work and messages that belong together across many requests. */
export class Thread {
  /** Empty if `resumeThread` was given an invalid id. Spans then get no thread. */
  readonly id: string;
  readonly #tags: readonly string[] | undefined;
  readonly #user: User | undefined;

  constructor(id: string, tags: readonly string[] | undefined, user: User | undefined) {
    this.id = id;
    this.#tags = tags;
    this.#user = user;
  }

  /** Runs `fn` as part of this thread; returns what it returns. Every span below carries the thread's id. */
  run<T>(fn: () => T): T {
    const context = this.#context();
    return keepContext(context, contextApi.with(context, fn));
  }

  /** Records a message and returns its id. */
  trackMessage(message: ThreadMessage): string {
    let id: string | undefined;
    try {
      id = message.id == null ? undefined : toId(message.id);
      const attributes = messageAttributes(message, this.#tags);
      recordInstant('userspan.message', attributes, this.#context(), [], (span) => {
        const spanContext = span.spanContext();
        if (id === undefined && isSpanContextValid(spanContext)) id = spanIdOf(spanContext);
        id ??= randomId();
        span.setAttribute(ATTR_MESSAGE_ID, id);
      });
    } catch {
      warnOnce('message', 'trackMessage() needs { role, content, … }; its argument could not be read.');
    }
    return id ?? randomId();
  }

  /** Records any other event, such as a click, a hand-over or a refusal. `metadata` is stored as JSON. */
  trackEvent(name: string, metadata?: Readonly<Record<string, unknown>>): void {
    const eventName = toId(name);
    if (eventName === undefined) return;
    const attributes: Attributes = { [ATTR_EVENT_NAME]: eventName };
    const json = boundedJson(metadata);
    if (json !== undefined) attributes[ATTR_EVENT_METADATA] = json;
    recordInstant('userspan.event', attributes, this.#context());
  }

  #context(): Context {
    const scope: ThreadScope | null = this.id === '' ? null : { id: this.id, tags: this.#tags };
    const context = setThread(contextApi.active(), scope);
    return this.#user === undefined ? context : setUser(context, this.#user);
  }
}

/** Opens a conversation. Pass its id to `resumeThread` in later requests. */
export function openThread(options: ThreadOptions = {}): Thread {
  const { id, userId, userProps, tags } = options ?? {};
  const user = userId == null ? undefined : toUser(userId, userProps);
  const given = id == null ? undefined : toId(id);
  return new Thread(given ?? randomId(), toTags(tags), user);
}

/** Continues a conversation that was opened earlier, in this process or another. */
export function resumeThread(id: string): Thread {
  return new Thread(toId(id) ?? '', undefined, undefined);
}

/** Runs `fn` as part of the conversation with this id; returns what `fn` returns. */
export function withThread<T>(threadId: string, fn: () => T): T {
  return resumeThread(threadId).run(fn);
}

interface RandomSource {
  randomUUID?(): string;
}

/** A new UUID. Uses `Math.random` if there is no `crypto`, as on a page without TLS. */
function randomId(): string {
  const { crypto } = globalThis as { crypto?: RandomSource };
  if (typeof crypto?.randomUUID === 'function') return crypto.randomUUID();
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replaceAll('x', () =>
    Math.floor(Math.random() * 16).toString(16),
  );
}
