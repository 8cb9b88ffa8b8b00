import {
  ATTR_CONVERSATION_ID,
  ATTR_EVENT_METADATA,
  ATTR_EVENT_NAME,
  ATTR_FEEDBACK_COMMENT,
  ATTR_FEEDBACK_SCORE,
  ATTR_FEEDBACK_TARGET,
  ATTR_FEEDBACK_TARGET_ID,
  ATTR_FEEDBACK_THUMB,
  ATTR_MESSAGE_CONTENT,
  ATTR_MESSAGE_EXTRA,
  ATTR_MESSAGE_ID,
  ATTR_MESSAGE_IS_RETRY,
  ATTR_MESSAGE_ROLE,
  ATTR_SESSION_ID,
  ATTR_TAGS,
} from '@userspan/core/semconv';
import { type ClientSpan, type ClientValue, spanIdOf } from '../client-span.ts';
import type { LunaryEvent } from './lunary-event.ts';
import type { Run } from './lunary-run.ts';
import { userPairs } from '../client-user.ts';

type Pair = readonly [key: string, value: ClientValue];

/**
 * The span, without duration, of a message, an event of a thread, feedback or a log line. Uses the attributes of
 * `trackMessage`, `trackEvent` and `trackFeedback` of `@userspan/core`. `about` is the run with the event's id, if it
 * is known.
 *
 * A message starts its own trace, whose id is derived from the message's id. Runs of a backend with
 * `setParent(messageId)` join this trace, independent of which arrives first.
 */
export function threadSpan(run: Run, event: LunaryEvent, about: Run | undefined): ClientSpan {
  const { name, parentSpanId, attributes } = described(run, event, about);
  const { feedback } = event;
  return {
    traceId: run.traceId,
    spanId: run.spanId,
    parentSpanId,
    name,
    isRequest: false,
    startMs: event.timeMs,
    endMs: event.timeMs,
    error: undefined,
    attributes: [
      ...attributes,
      ...userPairs(run.user),
      [ATTR_TAGS, event.tags],
      [ATTR_FEEDBACK_THUMB, feedback?.thumb],
      [ATTR_FEEDBACK_COMMENT, feedback?.comment],
      [ATTR_FEEDBACK_SCORE, feedback?.score],
    ],
  };
}

interface Described {
  readonly name: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: readonly Pair[];
}

function described(run: Run, event: LunaryEvent, about: Run | undefined): Described {
  const { type, parentRunId, message } = event;
  const thread: readonly Pair[] = [
    [ATTR_SESSION_ID, parentRunId],
    [ATTR_CONVERSATION_ID, parentRunId],
  ];
  if (event.event === 'feedback') {
    const isOfRun =
      about !== undefined && about.key === JSON.stringify([run.project, about.claimed, event.runId]);
    return {
      name: 'userspan.feedback',
      parentSpanId: spanIdOf(event.runId),
      attributes: [
        [ATTR_FEEDBACK_TARGET, isOfRun ? 'run' : 'message'],
        [ATTR_FEEDBACK_TARGET_ID, isOfRun ? `${about.traceId}-${about.spanId}` : event.runId],
      ],
    };
  }
  if (type === 'log') {
    return {
      name: 'userspan.event',
      parentSpanId: run.parentSpanId,
      attributes: [[ATTR_EVENT_NAME, `log.${event.event}`]],
    };
  }
  if (event.event === 'custom-event') {
    return {
      name: 'userspan.event',
      parentSpanId: undefined,
      attributes: [[ATTR_EVENT_NAME, event.name], [ATTR_EVENT_METADATA, event.metadata], ...thread],
    };
  }
  // The older `trackUserMessage` and `trackBotMessage` are the start and end of one `chat`.
  const isAnswer = type !== 'thread' && event.event !== 'start';
  return {
    name: 'userspan.message',
    parentSpanId: isAnswer ? spanIdOf(event.runId) : undefined,
    attributes: [
      [ATTR_MESSAGE_ID, isAnswer ? `${event.runId} answer` : event.runId],
      [ATTR_MESSAGE_ROLE, message?.role ?? (isAnswer ? 'assistant' : 'user')],
      [ATTR_MESSAGE_CONTENT, message?.content ?? (isAnswer ? event.output : event.input)],
      [ATTR_MESSAGE_IS_RETRY, message?.isRetry],
      [ATTR_MESSAGE_EXTRA, message?.extra],
      ...thread,
    ],
  };
}
