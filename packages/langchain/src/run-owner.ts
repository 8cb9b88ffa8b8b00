import type { Context } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { setThread, setUser, userAttributes } from '@userspan/core';
import { toId, toUser } from '@userspan/core/internal';
import { ATTR_CONVERSATION_ID, ATTR_SESSION_ID } from '@userspan/core/semconv';

import type { Metadata } from './langchain-events.ts';
import { fieldsOf } from './read-value.ts';

/** Names for a thread in metadata: ours, LangGraph's, and those that LangSmith reads. */
const THREAD_KEYS = ['threadId', 'thread_id', 'session_id', 'conversation_id'];

/** User and thread of a run from its metadata. */
export interface RunOwner {
  /** The context with user and thread for everything below the run. */
  readonly context: Context;
  /** User and thread as attributes of the run's span, in case no processor of ours stamps it. */
  readonly attributes: Attributes;
  /** Whether the metadata names the user. */
  readonly namesUser: boolean;
}

/**
 * Reads `metadata: { userId, userProps, threadId }` of a run below `parent`.
 *
 * LangChain passes the metadata of a run to all runs below it, so each names the same user again. Without metadata, the
 * user of the context stays.
 */
export function ownerOf(
  metadata: Metadata | undefined,
  tags: readonly string[] | undefined,
  parent: Context,
): RunOwner {
  if (metadata === undefined) return { context: parent, attributes: {}, namesUser: false };
  let context = parent;
  const attributes: Attributes = {};
  const userId = metadata['userId'] ?? metadata['user_id'];
  const user =
    userId === undefined || userId === null ? undefined : toUser(userId, fieldsOf(metadata['userProps']));
  if (user !== undefined) {
    context = setUser(context, user);
    Object.assign(attributes, userAttributes(user));
  }
  const key = THREAD_KEYS.find((name) => metadata[name] !== undefined && metadata[name] !== null);
  const threadId = key === undefined ? undefined : toId(metadata[key]);
  if (threadId !== undefined) {
    context = setThread(context, { id: threadId, tags });
    attributes[ATTR_SESSION_ID] = threadId;
    attributes[ATTR_CONVERSATION_ID] = threadId;
  }
  return { context, attributes, namesUser: user !== undefined };
}
