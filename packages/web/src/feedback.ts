import {
  ATTR_CONVERSATION_ID,
  ATTR_FEEDBACK_COMMENT,
  ATTR_FEEDBACK_SCORE,
  ATTR_FEEDBACK_TARGET,
  ATTR_FEEDBACK_TARGET_ID,
  ATTR_FEEDBACK_THUMB,
  ATTR_SESSION_ID,
} from '@userspan/core/semconv';
import type { Feedback } from '@userspan/core';

import { boundedText } from './bounded-text.ts';
import type { Attributes } from './spans/otlp-span.ts';
import type { Recorder } from './spans/recorder.ts';
import { warnOnce } from './warn.ts';

/** The attributes for feedback, `undefined` when it is empty. */
export function feedbackAttributes(feedback: Feedback | undefined): Attributes | undefined {
  if (feedback === undefined || feedback === null) return undefined;
  const { thumb, comment, score } = feedback;
  const attributes = {
    [ATTR_FEEDBACK_THUMB]: thumb === 'up' || thumb === 'down' ? thumb : undefined,
    [ATTR_FEEDBACK_COMMENT]: typeof comment === 'string' && comment !== '' ? boundedText(comment) : undefined,
    [ATTR_FEEDBACK_SCORE]: Number.isFinite(score) ? score : undefined,
  };
  if (Object.values(attributes).some((value) => value !== undefined)) return attributes;
  warnOnce("feedback needs at least one of { thumb: 'up' | 'down', comment, score }; it is dropped.");
  return undefined;
}

/** Records feedback on a message, given by id, or on a whole thread. */
export function recordFeedback(
  recorder: Recorder,
  target: string | { readonly id: string },
  feedback: Feedback,
): void {
  const attributes = feedbackAttributes(feedback);
  if (attributes === undefined) return;
  const isMessage = typeof target === 'string';
  const id = isMessage ? target : target?.id;
  if (typeof id !== 'string' || id === '') {
    warnOnce('trackFeedback() takes the id of a message, or a thread.');
    return;
  }
  recorder.record({
    ids: recorder.newIds(),
    name: 'userspan.feedback',
    attributes: {
      ...attributes,
      [ATTR_FEEDBACK_TARGET]: isMessage ? 'message' : 'thread',
      [ATTR_FEEDBACK_TARGET_ID]: boundedText(id),
      ...(isMessage ? {} : { [ATTR_SESSION_ID]: id, [ATTR_CONVERSATION_ID]: id }),
    },
  });
}
