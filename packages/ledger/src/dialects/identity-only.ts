import type { Dialect } from './dialect.ts';

/* Clients that write calls in the GenAI conventions and have their own names only for user, thread and tags. */

/** Lunary. Source: docs.lunary.ai, "Sending OTEL traces". */
export const lunary: Dialect = {
  name: 'lunary',
  userIdKeys: ['lunary.user.id'],
  threadKeys: [],
  tagKeys: ['lunary.tags'],
  metadataKeys: [],
  readCall: () => undefined,
};

/** Mastra: the application's own metadata. */
export const mastra: Dialect = {
  name: 'mastra',
  userIdKeys: ['mastra.metadata.userId', 'mastra.metadata.user_id'],
  threadKeys: ['mastra.metadata.threadId', 'mastra.metadata.sessionId', 'mastra.metadata.thread_id'],
  tagKeys: ['mastra.tags'],
  metadataKeys: ['mastra.metadata'],
  metadataPrefixes: ['mastra.metadata.'],
  readCall: () => undefined,
};

/** OpenRouter's broadcast: the metadata in the `trace` field of the application's request. */
export const openRouter: Dialect = {
  name: 'openrouter',
  userIdKeys: ['trace.metadata.user_id', 'trace.metadata.userId'],
  threadKeys: ['trace.metadata.session_id', 'trace.metadata.sessionId', 'trace.metadata.thread_id'],
  tagKeys: [],
  metadataKeys: [],
  metadataPrefixes: ['trace.metadata.'],
  readCall: () => undefined,
};
