import { forgetOldest } from '../call/forget-oldest.ts';
import { asRecord, asText } from '../call/record.ts';

/** Sessions whose models are remembered; past that the oldest is forgotten. */
const MAX_SESSIONS = 1000;
const SESSION_PATH = /^\/agents\/sessions\/[^/?]+(?:\?|$)/;

/** Session id -> model. */
const models = new Map<string, string>();

/** Whether a request reads or changes one session of an agent, so that its answer is that session. */
export function isAgentSessionPath(path: unknown): boolean {
  return typeof path === 'string' && SESSION_PATH.test(path);
}

/**
 * Remembers the model of an agent's session. The event stream of a session that exists already reports the usage of its
 * turns and no model; the session itself names it. Anything else is left alone.
 */
export function noteSessionModel(session: unknown): void {
  const fields = asRecord(session);
  const id = asText(fields?.['id']);
  const model = asText(asRecord(fields?.['agent'])?.['model']);
  if (id === undefined || model === undefined) return;
  models.delete(id);
  models.set(id, model);
  forgetOldest(models, MAX_SESSIONS);
}

/** The model of a session that this process has seen; else undefined. */
export function modelOfSession(id: unknown): string | undefined {
  return typeof id === 'string' ? models.get(id) : undefined;
}
