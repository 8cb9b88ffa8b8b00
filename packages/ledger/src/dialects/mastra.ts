import type { Dialect } from './dialect.ts';

/** Mastra: the GenAI conventions, with what the application put into its metadata. */
export const mastra: Dialect = {
  name: 'mastra',
  userIdKeys: ['mastra.metadata.userId', 'mastra.metadata.user_id'],
  threadKeys: ['mastra.metadata.threadId', 'mastra.metadata.sessionId', 'mastra.metadata.thread_id'],
  tagKeys: ['mastra.tags'],
  metadataKeys: ['mastra.metadata'],
  readCall: () => undefined,
};
