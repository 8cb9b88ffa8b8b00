import type { Call } from './call.ts';

/** Responses that wait at once; past that the oldest is given up. */
const MAX_WAITING = 1000;
const RESPONSE_PATH = /^\/responses\/([^/?]+)(?:\/cancel)?(?:\?|$)/;

const waiting = new Map<string, Call>();

/** Keeps a call open whose response is being made in the background, until somebody asks for it and it is done. */
export function waitForResponse(id: string, call: Call): void {
  waiting.delete(id);
  waiting.set(id, call);
  if (waiting.size <= MAX_WAITING) return;
  for (const oldest of waiting.values()) {
    oldest.close();
    return;
  }
}

/** The call that a request asks after: `responses.retrieve(id)`, `responses.cancel(id)`. */
export function waitingCallOf(path: string | undefined): Call | undefined {
  if (waiting.size === 0 || path === undefined) return undefined;
  const id = RESPONSE_PATH.exec(path)?.[1];
  return id === undefined ? undefined : waiting.get(decodeURIComponent(id));
}

/** Says that a call is done, or given up. */
export function stopWaiting(id: string): void {
  waiting.delete(id);
}
