import {
  ATTR_CONVERSATION_ID,
  ATTR_EVENT_METADATA,
  ATTR_EVENT_NAME,
  ATTR_MESSAGE_CONTENT,
  ATTR_MESSAGE_EXTRA,
  ATTR_MESSAGE_ID,
  ATTR_MESSAGE_IS_RETRY,
  ATTR_MESSAGE_ROLE,
  ATTR_SESSION_ID,
  ATTR_TAGS,
} from '@userspan/core/semconv';
import type { Feedback, ThreadMessage, User, UserProps } from '@userspan/core';

import { boundedJson, boundedTags, boundedText } from './bounded-text.ts';
import { feedbackAttributes, recordFeedback } from './feedback.ts';
import { randomHex } from './random-id.ts';
import type { Recorder } from './spans/recorder.ts';
import { safely } from './safely.ts';
import { toWebUser } from './web-user.ts';

/** Options of a conversation. */
export interface ThreadOptions {
  /** Id of a thread to continue. Default: a new random one. */
  readonly id?: string;
  /** The user of the thread. Default: the current user at each message. */
  readonly userId?: string | number;
  readonly userProps?: UserProps;
  /** Labels on its messages and events. */
  readonly tags?: readonly string[];
}

/** A conversation. Its functions can be called without `this`. */
export interface Thread {
  readonly id: string;
  /** Records a message and returns its id. */
  readonly trackMessage: (message: ThreadMessage) => string;
  /** Records any other event, such as a click, a copy or a hand-over. */
  readonly trackEvent: (name: string, metadata?: Readonly<Record<string, unknown>>) => void;
  /** Records feedback on the whole conversation. */
  readonly trackFeedback: (feedback: Feedback) => void;
}

/** Opens or continues a conversation. */
export function makeThread(recorder: Recorder, options: ThreadOptions, captureContent: boolean): Thread {
  const id = typeof options.id === 'string' && options.id !== '' ? boundedText(options.id) : randomHex(16);
  const user = options.userId === undefined ? undefined : toWebUser(options.userId, options.userProps);
  const ownUser: { user?: User } = user === undefined ? {} : { user };
  const inThread = { [ATTR_SESSION_ID]: id, [ATTR_CONVERSATION_ID]: id };

  const thread: Thread = {
    id,
    trackMessage: safely(
      (message) => {
        const { role, content, isRetry, tags, extra, feedback } = message;
        const ids = recorder.newIds();
        const messageId = message.id === undefined ? `${ids.traceId}-${ids.spanId}` : boundedText(message.id);
        recorder.record({
          ids,
          name: 'userspan.message',
          attributes: {
            ...inThread,
            [ATTR_MESSAGE_ID]: messageId,
            [ATTR_MESSAGE_ROLE]: boundedText(role),
            [ATTR_MESSAGE_IS_RETRY]: isRetry,
            [ATTR_TAGS]: boundedTags(tags, options.tags),
            [ATTR_MESSAGE_EXTRA]: boundedJson(extra),
            [ATTR_MESSAGE_CONTENT]: captureContent ? contentText(content) : undefined,
            ...feedbackAttributes(feedback),
          },
          ...ownUser,
        });
        return messageId;
      },
      () => randomHex(16),
    ),
    trackEvent: safely(
      (name, metadata) => {
        const attributes = {
          ...inThread,
          [ATTR_EVENT_NAME]: boundedText(name),
          [ATTR_EVENT_METADATA]: boundedJson(metadata),
          [ATTR_TAGS]: boundedTags(options.tags),
        };
        recorder.record({ ids: recorder.newIds(), name: 'userspan.event', attributes, ...ownUser });
      },
      () => undefined,
    ),
    trackFeedback: safely(
      (feedback) => recordFeedback(recorder, thread, feedback),
      () => undefined,
    ),
  };
  return thread;
}

function contentText(content: unknown): string | undefined {
  return typeof content === 'string' ? boundedText(content) : boundedJson(content);
}
