import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { CallRow } from './calls.ts';
import { refreshLongUsers, shortListPages } from './lists/long-list.ts';
import { pageProject } from './projects/page-project.ts';
import { apiPath } from './request.ts';

/** `live` while the collector tells us of changes, `offline` while it cannot be reached. */
export type LiveState = 'connecting' | 'live' | 'offline';

/** Events of one batch come together. */
const quietMs = 20;
/** Minimum time between two refreshes: new calls are shown at once, and viewers do not keep a busy collector busier. */
const spacingMs = 500;
const retryMs = 3_000;
/** Calls of events that wait for the next refresh. */
const mostWaiting = 500;

/**
 * Keeps what is on the page up to date: the collector says that something changed, and the queries that are shown ask again. Never
 * faster than their answers come, so a slow collector is not asked more than it can answer.
 */
export function useLiveUpdates(enabled: boolean): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    if (!enabled) return undefined;
    const refresh = refresher(client);
    let events: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let wasOffline = false;
    const open = (): void => {
      const source = new EventSource(apiPath(['events'], { project: pageProject }));
      events = source;
      source.addEventListener('open', () => {
        setState('live');
        // Events of the time without a connection were missed.
        if (wasOffline) refresh.soon();
        wasOffline = false;
      });
      source.addEventListener('error', () => {
        wasOffline = true;
        setState('offline');
        // After an answer that is no stream the browser gives up; a collector that starts again answers so for a moment.
        if (source.readyState !== EventSource.CLOSED) return;
        // It may have been refused because the token was rotated; a stream does not tell its status.
        void client.invalidateQueries({ queryKey: ['session'] });
        clearTimeout(retry);
        retry = setTimeout(open, retryMs);
      });
      // `figures` comes with every `calls`, and once at the start, when the page has just asked for everything.
      source.addEventListener('calls', (event: MessageEvent<string>) =>
        refresh.soon(JSON.parse(event.data) as CallRow[]),
      );
    };
    open();
    return () => {
      clearTimeout(retry);
      events?.close();
      refresh.stop();
    };
  }, [client, enabled]);
  return state;
}

interface Refresher {
  readonly soon: (calls?: readonly CallRow[]) => void;
  readonly stop: () => void;
}

function refresher(client: QueryClient): Refresher {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let again = false;
  let waiting: CallRow[] = [];
  const run = async (): Promise<void> => {
    timer = undefined;
    // A hidden page is refreshed when it becomes visible.
    if (document.hidden) {
      document.addEventListener('visibilitychange', onVisible, { once: true });
      return;
    }
    running = true;
    startedAt = performance.now();
    again = false;
    const calls = waiting;
    waiting = [];
    const short = client.invalidateQueries({
      queryKey: ['live'],
      predicate: (query) => !isLong(query.state.data),
    });
    await Promise.allSettled([short, refreshLongUsers(client, calls)]);
    running = false;
    if (again) schedule();
  };
  const schedule = (): void => {
    again = true;
    if (running || timer !== undefined) return;
    const waitMs = Math.max(quietMs, startedAt + spacingMs - performance.now());
    timer = setTimeout(() => void run(), waitMs);
  };
  const onVisible = (): void => schedule();
  return {
    soon(calls = []) {
      if (waiting.length < mostWaiting) waiting.push(...calls);
      schedule();
    },
    stop() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    },
  };
}

function isLong(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('pages' in data)) return false;
  return Array.isArray(data.pages) && data.pages.length > shortListPages;
}
