import { SOCKET_CLASSES } from '../endpoints/socket-classes.ts';
import { asRecord } from '../call/record.ts';
import type { Overlay } from '../patch/overlay.ts';
import { overlayMethod } from '../patch/overlay.ts';
import type { Patch } from '../patch/patch.ts';
import type { RequestedResponse } from './open-response.ts';
import { guarded, Session } from './session.ts';
import { protocolOf } from './session-scope.ts';

type Method = (this: SocketObject, ...args: readonly unknown[]) => unknown;

/** The patched parts of a WebSocket class's object or prototype. They are the same in `openai` 4 to 7. */
export interface SocketObject {
  readonly url?: unknown;
  readonly socket?: unknown;
  /** Only if the library reconnects by itself (openai 7). */
  readonly _recovery?: unknown;
  /** Only in classes that queue messages until the connection is open. */
  readonly stream?: unknown;
  _emit?: Method;
  /** The library calls it before `send` returns if it could not send a message. */
  _onError?: Method;
  /** Only in classes that keep a message in the queue if sending failed; others drop it (openai 7). */
  readonly _sendQueue?: unknown;
  /** Only in classes that return messages to the app that were queued without a connection. */
  takePending?: Method;
  send?: Method;
  sendRaw?: Method;
  sendResponseCreate?: Method;
}

const SESSION: unique symbol = Symbol.for('userspan.openai.session.1') as never;
const OPEN = 1;
/** A WebSocket of the platform or a Node library, or OpenAI's adapter for it. */
interface PlainSocket {
  readonly readyState?: unknown;
  send?: Method;
  /** Only of Node's emitters. */
  emit?: Method;
}

interface ObservedSocket extends SocketObject {
  [SESSION]?: Session;
}

/** A WebSocket class of `openai`. */
export interface SocketClassValue {
  readonly prototype: SocketObject;
}

/** The WebSocket classes in a value: a class, or a module with several. */
export function socketClassesIn(value: unknown): readonly SocketClassValue[] {
  if (isSocketClass(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const members = SOCKET_CLASSES.map(({ name }) => (value as Readonly<Record<string, unknown>>)[name]);
  return members.filter((member) => isSocketClass(member));
}

function isSocketClass(value: unknown): value is SocketClassValue {
  if (typeof value !== 'function') return false;
  const prototype = (value as { prototype?: Partial<SocketObject> | null }).prototype;
  return typeof prototype?._emit === 'function' && typeof prototype.send === 'function';
}

/**
 * Records the sessions of a class. Its constructor assigns `socket` when it connects, in the caller's context. An
 * accessor on the prototype observes that assignment and replaces itself by a plain property.
 */
export function patchSocketClass(prototype: SocketObject, patch: Patch): readonly Overlay[] {
  return [...overlaysOn(prototype), socketAccessor(prototype, patch)];
}

/**
 * Records one session that is already open.
 *
 * @returns whether it is a known kind of session.
 */
export function observeSocket(object: SocketObject, patch: Patch): boolean {
  if (SESSION in object) return true;
  if (typeof object._emit !== 'function' || typeof object.send !== 'function') return false;
  if (!openSession(object, object.socket, patch)) return false;
  overlaysOn(object);
  return true;
}

function overlaysOn(target: SocketObject): readonly Overlay[] {
  return [
    overlayMethod(target, '_emit', patchedEmit),
    overlayMethod(target, '_onError', patchedOnError),
    overlayMethod(target, 'takePending', patchedTakePending),
    overlayMethod(target, 'send', patchedSend),
    overlayMethod(target, 'sendRaw', patchedSend),
    overlayMethod(target, 'sendResponseCreate', patchedSend),
  ].filter((overlay) => overlay !== undefined);
}

function socketAccessor(prototype: SocketObject, patch: Patch): Overlay {
  const own = Object.getOwnPropertyDescriptor(prototype, 'socket');
  Object.defineProperty(prototype, 'socket', {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(this: SocketObject, value: unknown) {
      Object.defineProperty(this, 'socket', { value, configurable: true, enumerable: true, writable: true });
      if (patch.recorder.isEnabled) guarded(() => openSession(this, value, patch));
    },
  });
  return {
    remove() {
      if (own === undefined) delete (prototype as { socket?: unknown }).socket;
      else Object.defineProperty(prototype, 'socket', own);
    },
  };
}

function openSession(object: ObservedSocket, socket: unknown, patch: Patch): boolean {
  const url = urlOf(object.url);
  const protocol = url === undefined ? undefined : protocolOf(url);
  if (url === undefined || protocol === undefined) return false;
  // Another patch, possibly of another copy of this package, records it.
  if (object[SESSION] !== undefined) return true;
  const session = new Session(patch.recorder, url, protocol, patch.clientUser);
  if (!session.isWatched) {
    session.close(1000);
    return true;
  }
  Object.defineProperty(object, SESSION, { value: session, configurable: true });
  watchClose(object, socket, session);
  watchSockets(object, socket, session);
  return true;
}

/** Observes what a session sends on its current socket and on those that replace it after a reconnect. */
function watchSockets(object: SocketObject, first: unknown, session: Session): void {
  let current = first;
  watchSends(object, current, session);
  Object.defineProperty(object, 'socket', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(value: unknown) {
      current = value;
      guarded(() => watchSends(object, value, session));
    },
  });
}

function watchSends(object: SocketObject, socket: unknown, session: Session): void {
  if (typeof socket !== 'object' || socket === null) return;
  overlayMethod(socket as PlainSocket, 'send', (original) => {
    return function send(this: PlainSocket, ...args): unknown {
      const request = guarded(() => session.unsentRequest(args[0]));
      if (request === undefined) return original.apply(this, [...args]);
      // A closing socket silently drops messages.
      const isOpen = this.readyState === OPEN;
      let result: unknown;
      try {
        result = original.apply(this, [...args]);
      } catch (error) {
        if (object._sendQueue === undefined) session.unsend(request);
        throw error;
      }
      if (isOpen) request.unsent = undefined;
      else session.unsend(request);
      return result;
    };
  });
}

function patchedEmit(original: Method): Method {
  return function _emit(this: ObservedSocket, ...args) {
    const session = this[SESSION];
    if (session !== undefined) guarded(() => seeEmitted(session, args));
    return original.apply(this, [...args]);
  };
}

const seen = new WeakSet<object>();

function seeEmitted(session: Session, [name, value]: readonly unknown[]): void {
  if (name === 'reconnecting') session.reconnecting();
  else if (name === 'close') session.close(typeof value === 'number' ? value : 1000);
  else {
    // The library emits each event twice: as `event` and under its type.
    const event = asRecord(value);
    if (event === undefined || seen.has(event) || (name !== 'event' && name !== event['type'])) return;
    seen.add(event);
    session.receive(event);
  }
}

/** The object whose `send` is running, and whether the library has reported an error since then. */
interface Sending {
  readonly object: SocketObject;
  hasFailed: boolean;
}

let sending: Sending | undefined;

function patchedSend(original: Method): Method {
  return function send(this: ObservedSocket, ...args) {
    const [event, ...rest] = args;
    const session = this[SESSION];
    const sent = withoutOwnFields(event);
    if (session === undefined) return original.call(this, sent, ...rest);
    const request = guarded(() => seeSent(session, event, sent));
    if (request === undefined) return original.call(this, sent, ...rest);
    const outer = sending;
    const own: Sending = { object: this, hasFailed: false };
    sending = own;
    try {
      return original.call(this, sent, ...rest);
    } catch (error) {
      own.hasFailed = true;
      throw error;
    } finally {
      sending = outer;
      const isUnsent = request.unsent !== undefined;
      if (isUnsent && (own.hasFailed || !queues(this))) session.unsend(request);
    }
  };
}

function patchedOnError(original: Method): Method {
  return function _onError(this: ObservedSocket, ...args) {
    if (sending?.object === this) sending.hasFailed = true;
    return original.apply(this, [...args]);
  };
}

function patchedTakePending(original: Method): Method {
  return function takePending(this: ObservedSocket, ...args) {
    const session = this[SESSION];
    if (session !== undefined) guarded(() => session.takeUnsent());
    return original.apply(this, [...args]);
  };
}

/** Returns the request if an event of the app requests a response. The library gets `sent` instead of the event. */
function seeSent(session: Session, data: unknown, sent: unknown): RequestedResponse | undefined {
  const event = asRecord(typeof data === 'string' && data.length < 1_000_000 ? JSON.parse(data) : data);
  return event === undefined ? undefined : session.send(event, sent);
}

/** Removes our fields (`userId`, `userProps` and `tags`) from an event and its `response`. */
function withoutOwnFields(data: unknown): unknown {
  const event = asRecord(data);
  if (event?.['type'] !== 'response.create') return data;
  const { userId, userProps, tags, ...sent } = event;
  const inner = asRecord(event['response']);
  const isOuterOurs = userId !== undefined || userProps !== undefined || tags !== undefined;
  if (inner === undefined || !('userId' in inner || 'userProps' in inner || 'tags' in inner)) {
    return isOuterOurs ? sent : data;
  }
  const { userId: _id, userProps: _props, tags: _tags, ...response } = inner;
  return { ...sent, response };
}

function queues({ _recovery, stream }: SocketObject): boolean {
  return _recovery !== undefined || typeof stream === 'function';
}

/** Watches for the end of a session. Classes with a queue emit `close` themselves after trying to reconnect. */
function watchClose(object: SocketObject, socket: unknown, session: Session): void {
  if (typeof object.stream === 'function') return;
  const closed = (code: unknown): void => {
    // Assigned after the socket. With recovery, the library emits `close` when it gives up.
    if (object._recovery !== undefined) return;
    guarded(() => session.close(typeof code === 'number' ? code : 1000));
  };
  listenToClose(socket, closed);
}

/**
 * Observes the close code of a socket. Of Node's emitters, also those inside an adapter of the library, `emit` is patched,
 * because apps can count and remove listeners; those of the platform's sockets are invisible.
 */
function listenToClose(socket: unknown, listener: (code: unknown) => void): void {
  const { addEventListener, platformSocket = socket } = (socket ?? {}) as {
    addEventListener?: (
      this: unknown,
      name: string,
      listener: (event: { code?: unknown }) => void,
      options: { once: true },
    ) => void;
    platformSocket?: unknown;
  };
  if (isEmitter(platformSocket)) {
    overlayMethod(platformSocket, 'emit', (original) => {
      return function emit(this: PlainSocket, ...args): unknown {
        if (args[0] === 'close') listener(args[1]);
        return original.apply(this, [...args]);
      };
    });
  } else if (typeof addEventListener === 'function') {
    addEventListener.call(socket, 'close', ({ code }) => listener(code), { once: true });
  }
}

function isEmitter(socket: unknown): socket is PlainSocket {
  const { emit, listenerCount } = (socket ?? {}) as Readonly<Record<string, unknown>>;
  return typeof emit === 'function' && typeof listenerCount === 'function';
}

function urlOf(url: unknown): URL | undefined {
  if (url instanceof URL) return url;
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
}
