import type { Attributes } from '@opentelemetry/api';

import { boundedJson } from '../text/bounded-json.ts';
import { cutText } from '../text/cut-text.ts';
import { type Feedback, feedbackAttributes } from './feedback.ts';
import {
  ATTR_MESSAGE_CONTENT,
  ATTR_MESSAGE_EXTRA,
  ATTR_MESSAGE_IS_RETRY,
  ATTR_MESSAGE_ROLE,
  ATTR_TAGS,
} from '../semconv.ts';
import { isContentCaptured } from '../process/process-settings.ts';
import { toTags } from '../text/tags.ts';

/** One message of a conversation. */
export interface ThreadMessage {
  /** Default: an id that contains the message's trace and span id, so that `run.setParent(id)` can use it. */
  readonly id?: string;
  /** `user`, `assistant`, `system`, `tool`, or your own value. */
  readonly role: string;
  /** Recorded only if content is recorded. */
  readonly content?: unknown;
  /** Whether the user asks again for an answer. */
  readonly isRetry?: boolean;
  readonly tags?: readonly string[];
  /** Other properties, stored as JSON. Always recorded. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly feedback?: Feedback;
}

/** The attributes of a message, except its id. `threadTags` come after the message's own tags. */
export function messageAttributes(
  message: ThreadMessage,
  threadTags: readonly string[] | undefined,
): Attributes {
  const { role, content, isRetry, extra, feedback } = message;
  const attributes: Attributes = {};
  if (typeof role === 'string') attributes[ATTR_MESSAGE_ROLE] = cutText(role);
  if (typeof isRetry === 'boolean') attributes[ATTR_MESSAGE_IS_RETRY] = isRetry;
  const tags = joinedTags(toTags(message.tags), threadTags);
  if (tags !== undefined) attributes[ATTR_TAGS] = tags;
  const extraJson = boundedJson(extra);
  if (extraJson !== undefined) attributes[ATTR_MESSAGE_EXTRA] = extraJson;
  const text = isContentCaptured() ? contentText(content) : undefined;
  if (text !== undefined) attributes[ATTR_MESSAGE_CONTENT] = text;
  return Object.assign(attributes, feedbackAttributes(feedback));
}

function joinedTags(own: string[] | undefined, more: readonly string[] | undefined): string[] | undefined {
  if (more === undefined) return own;
  return [...new Set([...(own ?? []), ...more])];
}

function contentText(content: unknown): string | undefined {
  return typeof content === 'string' ? cutText(content) : boundedJson(content);
}
