import { isTwelveHours } from '../call/cache-life.ts';
import { forgetOldest } from '../call/forget-oldest.ts';
import { asRecord, asText } from '../call/record.ts';
import { hasEnd } from '../endpoints/endpoint-of-request.ts';

/** Maximum number of remembered sessions. Above it, the oldest is removed. */
const MAX_SESSIONS = 1000;
const SESSION_PATH: readonly string[] = ['agents', 'sessions', '{}'];

/** Facts of a session that calls of its turns need and that events do not contain. */
export interface AgentSession {
  readonly model: string;
  readonly serviceTier: string | undefined;
  /** Whether its prompts are cached for 12 hours. */
  readonly isKeptLong: boolean;
}

/** By session id. */
const sessions = new Map<string, AgentSession>();

/** Whether a request reads or changes an agent's session, so that its answer is the session. */
export function isAgentSessionPath(path: unknown): boolean {
  return typeof path === 'string' && path.includes('agents/sessions/') && hasEnd(path, SESSION_PATH);
}

/**
 * Remembers an agent's session and the options of the `request` that created it. The event stream of an existing
 * session reports the usage of turns without the model, which only the session has. Other values are ignored.
 */
export function recordAgentSession(session: unknown, request: Readonly<Record<string, unknown>> = {}): void {
  const fields = asRecord(session);
  const id = asText(fields?.['id']);
  const agent = asRecord(fields?.['agent']);
  const model = asText(agent?.['model']);
  if (id === undefined || model === undefined) return;
  const isKeptLong = isTwelveHours(fields?.['prompt_cache_options'] ?? request['prompt_cache_options']);
  sessions.delete(id);
  sessions.set(id, { model, serviceTier: asText(agent?.['service_tier']), isKeptLong });
  forgetOldest(sessions, MAX_SESSIONS);
}

/** A session that this process has seen; otherwise undefined. */
export function agentSession(id: unknown): AgentSession | undefined {
  return typeof id === 'string' ? sessions.get(id) : undefined;
}
