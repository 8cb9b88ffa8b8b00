import { readSpan } from '@userspan/ledger';

import type { TraceSources } from './linked-traces.ts';

/**
 * What a restart takes the index back to. Each call takes 30 microseconds, and the first batch waits for them.
 */
const WINDOW_SECONDS = 3_600;
const MAX_CALLS = 20_000;

/**
 * Notes the calls that the store received last, so that a record that comes after a restart meets the other record of its
 * request. What is found is not linked: it was when it came in.
 */
export async function loadLinkIndex({
  store,
  links,
  readOptionsOf,
}: Pick<TraceSources, 'store' | 'links' | 'readOptionsOf'>): Promise<void> {
  const query = { windowSeconds: WINDOW_SECONDS, maxCalls: MAX_CALLS };
  for await (const { project, span, claimed } of store.traces.readRecentCalls(query)) {
    links.note(project, readSpan(span, { ...readOptionsOf(project), claimed }).traceSpan);
  }
}
