import { isTwelveHours } from '../call/cache-life.ts';
import { forgetOldest } from '../call/forget-oldest.ts';
import { asRecord, asText } from '../call/record.ts';

/** Sessions that are remembered; past that the oldest is forgotten. */
const MAX_SESSIONS = 1000;
const SESSION_PATH = /^\/agents\/sessions\/[^/?]+(?:\?|$)/;

/** What the calls of a session's turns need and their events do not say. */
export interface AgentSession {
  readonly model: string;
  /** Whether its prompts are kept for 12 hours. */
  readonly isKeptLong: boolean;
}

/** By session id. */
const sessions = new Map<string, AgentSession>();

/** Whether a request reads or changes one session of an agent, so that its answer is that session. */
export function isAgentSessionPath(path: unknown): boolean {
  return typeof path === 'string' && SESSION_PATH.test(path);
}

/**
 * Remembers an agent's session, and what the `request` that made it asked for. The event stream of a session that exists
 * already reports the usage of its turns and no model; the session itself names it. Anything else is left alone.
 */
export function noteAgentSession(session: unknown, request: Readonly<Record<string, unknown>> = {}): void {
  const fields = asRecord(session);
  const id = asText(fields?.['id']);
  const model = asText(asRecord(fields?.['agent'])?.['model']);
  if (id === undefined || model === undefined) return;
  const isKeptLong = isTwelveHours(fields?.['prompt_cache_options'] ?? request['prompt_cache_options']);
  sessions.delete(id);
  sessions.set(id, { model, isKeptLong });
  forgetOldest(sessions, MAX_SESSIONS);
}

/** A session that this process has seen; else undefined. */
export function agentSession(id: unknown): AgentSession | undefined {
  return typeof id === 'string' ? sessions.get(id) : undefined;
}
