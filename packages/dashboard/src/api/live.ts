import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { CallRow } from './calls.ts';
import { refreshLongUsers, shortListPages } from './lists/long-list.ts';
import { pageProject } from './projects/page-project.ts';
import { apiPath } from './request.ts';

/** `live` while connected to the collector's event stream, `offline` while the collector cannot be reached. */
export type LiveState = 'connecting' | 'live' | 'offline';

/** The events of one batch arrive within this time and cause one refresh. */
const quietMs = 20;
/** Minimum time between two refreshes, which limits the load on a busy collector. */
const spacingMs = 500;
const retryMs = 3_000;
/** Maximum number of calls that wait for the next refresh. */
const mostWaiting = 500;

/**
 * Refreshes the queries on the page when the collector reports a change. A refresh starts only after the answers to the
 * previous one, so that a slow collector is not overloaded.
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
        // Events were missed while there was no connection.
        if (wasOffline) refresh.soon();
        wasOffline = false;
      });
      source.addEventListener('error', () => {
        wasOffline = true;
        setState('offline');
        // The browser stops reconnecting after a response that is not a stream. A collector that is restarting sends
        // such responses.
        if (source.readyState !== EventSource.CLOSED) return;
        // The token may have been rotated. An event source does not report the HTTP status.
        void client.invalidateQueries({ queryKey: ['session'] });
        clearTimeout(retry);
        retry = setTimeout(open, retryMs);
      });
      // `figures` is not used: it arrives with every `calls`, and at the start, when the page has just requested
      // everything.
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
    // Hidden pages are refreshed when they become visible.
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
