import type { Attributes, SpanContext } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';

import { type Feedback, feedbackAttributes } from './feedback.ts';
import { recordInstant } from './record-instant.ts';
import type { RunParent } from '../runs/run.ts';
import { ATTR_FEEDBACK_TARGET, ATTR_FEEDBACK_TARGET_ID } from '../semconv.ts';
import { spanContextOf, spanIdOf } from '../runs/span-id.ts';
import { setThread } from '../context/thread-context.ts';
import type { Thread } from './thread.ts';
import { toId } from '../user/to-user.ts';
import { warnOnce } from '../process/warn-once.ts';

/** What feedback is about: the id of a message, a thread, or a run (or any span). */
export type FeedbackTarget = Thread | RunParent;

/**
 * Records feedback on a message, a run or a thread.
 *
 * A string is the id of a message. Only the id matters, so this works long after the run and in another process.
 */
export function trackFeedback(target: FeedbackTarget, feedback: Feedback): void {
  try {
    const attributes = feedbackAttributes(feedback);
    if (attributes === undefined) return;
    if (isThread(target)) recordAbout('thread', target.id, attributes, undefined);
    else recordAboutSpan(target, attributes);
  } catch {
    warnOnce('feedback-throws', 'trackFeedback() could not read its argument; nothing is recorded.');
  }
}

function recordAboutSpan(target: RunParent, attributes: Attributes): void {
  const spanContext = spanContextOf(target);
  const id = typeof target === 'string' ? toId(target) : spanContext && spanIdOf(spanContext);
  if (id === undefined) {
    warnOnce('feedback-target', 'trackFeedback() needs a message id, a thread, or a run that has started.');
    return;
  }
  recordAbout(typeof target === 'string' ? 'message' : 'run', id, attributes, spanContext);
}

function recordAbout(
  kind: 'message' | 'run' | 'thread',
  id: string,
  attributes: Attributes,
  spanContext: SpanContext | undefined,
): void {
  const about: Attributes = { [ATTR_FEEDBACK_TARGET]: kind, [ATTR_FEEDBACK_TARGET_ID]: id };
  const active = contextApi.active();
  const context = kind === 'thread' ? setThread(active, { id, tags: undefined }) : active;
  const links = spanContext === undefined ? [] : [spanContext];
  recordInstant('userspan.feedback', { ...attributes, ...about }, context, links);
}

/** Checks methods and not the class, because the thread may come from another copy of this package. */
function isThread(target: unknown): target is Thread {
  const { id, trackMessage } = (target ?? {}) as Partial<Thread>;
  return typeof id === 'string' && typeof trackMessage === 'function';
}
