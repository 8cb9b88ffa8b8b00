import type { Dialect } from './dialect.ts';

/** PostHog: the GenAI conventions, with names of its own for who. */
export const postHog: Dialect = {
  name: 'posthog',
  userIdKeys: ['posthog.distinct_id'],
  threadKeys: ['$ai_session_id', '$session_id'],
  tagKeys: [],
  metadataKeys: [],
  readCall: () => undefined,
};
