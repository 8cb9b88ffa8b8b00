import { ANONYMOUS_PREFIX } from '@userspan/core/semconv';
import type { Feedback, ThreadMessage, User, UserProps } from '@userspan/core';

import { resolveOptions } from './options.ts';
import type { InitOptions } from './options.ts';
import { randomHex } from './random-id.ts';
import type { Thread, ThreadOptions } from './thread.ts';
import { makeUserspan } from './userspan.ts';
import type { Userspan } from './userspan.ts';
import { warnOnce } from './warn.ts';

let page: Userspan | undefined;
let pageOptions = '';

/**
 * Sets up the page for the other functions of this module. If it is called again with other options, it warns and
 * returns the first result.
 *
 * Throws a `TypeError` for invalid options. Without a page, as in server rendering, nothing is recorded.
 */
export function init(options: InitOptions): Userspan {
  if (typeof document === 'undefined') return NOWHERE;
  const settings = resolveOptions(options, location.href);
  const content = JSON.stringify(options);
  if (page !== undefined) {
    if (content !== pageOptions)
      warnOnce('init was called again with other options; the first set-up stays.');
    return page;
  }
  pageOptions = content;
  page = makeUserspan(settings, () => {
    page = undefined;
  });
  return page;
}

/** Sets the user of this browser, across pages, until `reset`. False before `init` and for an invalid id. */
export function identify(userId: string | number, props?: UserProps): boolean {
  return current().identify(userId, props);
}

/** Forgets the user, for a log-out. What follows belongs to a new anonymous user. */
export function reset(): void {
  current().reset();
}

/** Whether `identify` has set a user. */
export function isIdentified(): boolean {
  return !current().currentUser().id.startsWith(ANONYMOUS_PREFIX);
}

/**
 * Opens a conversation, or continues the one with this `id`. `trackMessage` uses the conversation that was opened last.
 */
export function openThread(options?: ThreadOptions): Thread {
  return current().openThread(options);
}

/** Records a message in the thread that was opened last, or in a new one. Returns the message's id. */
export function trackMessage(message: ThreadMessage): string {
  return current().trackMessage(message);
}

/** Records feedback on a message, given by id, or on a thread. */
export function trackFeedback(target: string | Thread, feedback: Feedback): void {
  current().trackFeedback(target, feedback);
}

/**
 * A `fetch` that sends the trace context and, to origins in `sendUserTo`, the user. Before `init` it is the browser's
 * own.
 */
export function tracedFetch(...args: Parameters<typeof fetch>): ReturnType<typeof fetch> {
  return (page ?? NOWHERE).fetch(...args);
}

function current(): Userspan {
  if (page === undefined && typeof document !== 'undefined')
    warnOnce('call init() first; until then nothing is recorded.');
  return page ?? NOWHERE;
}

const noUser: User = { id: ANONYMOUS_PREFIX, props: {} };

/** An implementation that does nothing. */
const NOWHERE: Userspan = {
  identify: () => false,
  reset: () => undefined,
  currentUser: () => noUser,
  openThread: ({ id } = {}) => ({
    id: id ?? randomHex(16),
    trackMessage: (message) => message.id ?? randomHex(16),
    trackEvent: () => undefined,
    trackFeedback: () => undefined,
  }),
  trackMessage: (message) => message.id ?? randomHex(16),
  trackFeedback: () => undefined,
  fetch: (input, init) => globalThis.fetch(input, init),
  flush: () => Promise.resolve(true),
  shutdown: () => Promise.resolve(true),
  droppedSpans: () => 0,
};
