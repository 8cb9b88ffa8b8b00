import type { Attributes } from '@opentelemetry/api';

import { cutText } from '../text/cut-text.ts';
import { ATTR_FEEDBACK_COMMENT, ATTR_FEEDBACK_SCORE, ATTR_FEEDBACK_THUMB } from '../semconv.ts';
import { warnOnce } from '../process/warn-once.ts';

/** Feedback on an answer. */
export interface Feedback {
  readonly thumb?: 'up' | 'down';
  /** The user's own words. Recorded even if content is off, because the user wrote them for this purpose. */
  readonly comment?: string;
  /** A number on your own scale. */
  readonly score?: number;
}

/** The attributes for feedback; undefined when it has no valid field. */
export function feedbackAttributes(feedback: Feedback | null | undefined): Attributes | undefined {
  if (feedback === null || feedback === undefined) return undefined;
  const { thumb, comment, score } = feedback;
  const attributes: Attributes = {};
  if (thumb === 'up' || thumb === 'down') attributes[ATTR_FEEDBACK_THUMB] = thumb;
  if (typeof comment === 'string' && comment.length > 0) attributes[ATTR_FEEDBACK_COMMENT] = cutText(comment);
  if (typeof score === 'number' && Number.isFinite(score)) attributes[ATTR_FEEDBACK_SCORE] = score;
  if (Object.keys(attributes).length > 0) return attributes;
  warnOnce(
    'feedback',
    "feedback needs at least one of { thumb: 'up' | 'down', comment, score }; it is dropped.",
  );
  return undefined;
}
