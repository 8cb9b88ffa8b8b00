import type { Call } from './call.ts';

/** Calls that wait at once; past that the oldest is given up. */
const MAX_WAITING = 1000;
/** Requests below the path of a job that change it and answer with it. */
const ACTION = /\/(?:cancel|submit_tool_outputs|pause|resume)$/;

/** By the path that each is polled at. */
const waiting = new Map<string, Call>();

/** Keeps a call open whose answer is being made in the background, until a request to `path` finds it done. */
export function waitAt(path: string, call: Call): void {
  waiting.delete(path);
  waiting.set(path, call);
  if (waiting.size <= MAX_WAITING) return;
  for (const oldest of waiting.values()) {
    oldest.close();
    return;
  }
}

/** The call that a request polls: `responses.retrieve(id)`, `responses.cancel(id)`, `videos.retrieve(id)`. */
export function waitingCallOf(path: string | undefined, method?: string): Call | undefined {
  if (waiting.size === 0 || path === undefined || method?.toLowerCase() === 'delete') return undefined;
  const query = path.indexOf('?');
  const plain = query === -1 ? path : path.slice(0, query);
  const found = waiting.get(plain) ?? waiting.get(plain.replace(ACTION, ''));
  return found ?? (plain.includes('%') ? waiting.get(decoded(plain).replace(ACTION, '')) : undefined);
}

/** Forgets a call that has ended. */
export function stopWaiting(path: string): void {
  waiting.delete(path);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
