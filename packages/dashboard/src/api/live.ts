import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { CallRow } from './calls.ts';
import { refreshLongUsers, shortListPages } from './long-list.ts';
import { apiPath } from './request.ts';

/** `live` while the collector tells us of changes, `offline` while it cannot be reached. */
export type LiveState = 'connecting' | 'live' | 'offline';

/** Events of one batch come together. */
const quietMs = 20;
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
    const events = new EventSource(apiPath(['events']));
    let wasOffline = false;
    events.addEventListener('open', () => {
      setState('live');
      // What happened while the line was down was not told.
      if (wasOffline) refresh.soon();
      wasOffline = false;
    });
    events.addEventListener('error', () => {
      wasOffline = true;
      setState('offline');
    });
    events.addEventListener('figures', () => refresh.soon());
    events.addEventListener('calls', (event: MessageEvent<string>) =>
      refresh.soon(JSON.parse(event.data) as CallRow[]),
    );
    return () => {
      events.close();
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
  let again = false;
  let waiting: CallRow[] = [];
  const run = async (): Promise<void> => {
    timer = undefined;
    // A page nobody looks at is brought up to date when somebody does.
    if (document.hidden) {
      document.addEventListener('visibilitychange', onVisible, { once: true });
      return;
    }
    running = true;
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
    if (!running && timer === undefined) timer = setTimeout(() => void run(), quietMs);
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
