import { ATTR_ALIAS_FROM } from '@userspan/core/semconv';
import type { Feedback, ThreadMessage, User, UserProps } from '@userspan/core';

import { recordFeedback } from './feedback.ts';
import { openIdentity } from './identity.ts';
import type { Settings } from './options.ts';
import { otlpRequest } from './spans/otlp-span.ts';
import { openStorage } from './page-storage.ts';
import { makeRecorder } from './spans/recorder.ts';
import { safely } from './safely.ts';
import { openQueue } from './spans/span-queue.ts';
import { makeSender } from './spans/span-sender.ts';
import { makeThread } from './thread.ts';
import type { Thread, ThreadOptions } from './thread.ts';
import { makeFetch } from './spans/traced-fetch.ts';
import { VERSION } from './version.ts';
import { toWebUser } from './web-user.ts';

/** The result of `init`. All functions can be called without `this`. */
export interface Userspan {
  /** Sets the user of this browser, across pages, until `reset`. False for an invalid id. */
  readonly identify: (userId: string | number, props?: UserProps) => boolean;
  /** Forgets the user, for a log-out. What follows belongs to a new anonymous user. */
  readonly reset: () => void;
  /** The identified user, otherwise the anonymous user of this browser. */
  readonly currentUser: () => User;
  /**
   * Opens a conversation, or continues the one with this `id`. `trackMessage` uses the conversation that was opened
   * last.
   */
  readonly openThread: (options?: ThreadOptions) => Thread;
  /** Records a message in the thread that was opened last, or in a new one. Returns the message's id. */
  readonly trackMessage: (message: ThreadMessage) => string;
  /** Records feedback on a message, given by id, or on a thread. */
  readonly trackFeedback: (target: string | Thread, feedback: Feedback) => void;
  /** A `fetch` that sends the trace context and, to origins in `sendUserTo`, the user. */
  readonly fetch: typeof fetch;
  /** Sends all waiting spans. Resolves with true if all were accepted. */
  readonly flush: () => Promise<boolean>;
  /** Sends all waiting spans and stops. Afterwards `init` may be called again. */
  readonly shutdown: () => Promise<boolean>;
  /** Number of spans that were dropped because the queue was full. */
  readonly droppedSpans: () => number;
}

/** Creates and connects the parts for one page. */
export function makeUserspan(settings: Settings, onShutdown: () => void): Userspan {
  const local = openStorage('localStorage');
  const queue = openQueue(local, openStorage('sessionStorage'), settings.maxQueuedSpans);
  const identity = openIdentity(local);
  const resource = {
    'service.name': settings.service,
    'telemetry.sdk.name': '@userspan/web',
    'telemetry.sdk.language': 'webjs',
    'telemetry.sdk.version': VERSION,
  };
  const sender = makeSender({
    url: settings.url,
    key: settings.key,
    queue,
    delayMs: settings.delayMs,
    bodyOf: (spans) => otlpRequest(resource, { name: '@userspan/web', version: VERSION }, spans),
  });
  const recorder = makeRecorder(identity, (spanId, text) => {
    queue.add(spanId, text);
    sender.sendSoon();
  });

  const onHide = (): void => {
    if (document.visibilityState === 'hidden') sender.sendLast();
  };
  const onOnline = (): void => void sender.sendNow();
  document.addEventListener('visibilitychange', onHide);
  addEventListener('pagehide', sender.sendLast);
  addEventListener('online', onOnline);
  if (queue.size > 0) sender.sendSoon();

  let current: Thread | undefined;
  const openThread = (options?: ThreadOptions | null): Thread => {
    current = makeThread(recorder, options ?? {}, settings.captureContent);
    return current;
  };
  const identify = (userId: string | number, props?: UserProps): boolean => {
    const user = toWebUser(userId, props);
    if (user === undefined) return false;
    const { aliasFrom, isNews } = identity.become(user);
    const attributes = { [ATTR_ALIAS_FROM]: aliasFrom };
    if (isNews) recorder.record({ ids: recorder.newIds(), name: 'userspan.identify', attributes });
    return true;
  };

  return {
    identify: safely(identify, () => false),
    reset() {
      identity.reset();
      current = undefined;
    },
    currentUser: identity.current,
    openThread: safely(openThread, () => makeThread(recorder, {}, settings.captureContent)),
    trackMessage: (message) => (current ?? openThread()).trackMessage(message),
    trackFeedback: safely(
      (target, feedback) => recordFeedback(recorder, target, feedback),
      () => undefined,
    ),
    fetch: makeFetch(recorder, settings),
    flush: sender.sendNow,
    async shutdown() {
      document.removeEventListener('visibilitychange', onHide);
      removeEventListener('pagehide', sender.sendLast);
      removeEventListener('online', onOnline);
      onShutdown();
      const isEmpty = await sender.sendNow();
      sender.close();
      return isEmpty;
    },
    droppedSpans: () => queue.dropped,
  };
}
