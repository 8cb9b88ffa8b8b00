import type { Dialect } from './dialect.ts';

/** Lunary: the GenAI conventions, with names of its own for who. Source: docs.lunary.ai, "Sending OTEL traces". */
export const lunary: Dialect = {
  name: 'lunary',
  userIdKeys: ['lunary.user.id'],
  threadKeys: [],
  tagKeys: ['lunary.tags'],
  metadataKeys: [],
  readCall: () => undefined,
};
