import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { apiPath } from './request.ts';

/** `live` while the collector tells us of changes, `offline` while it cannot be reached. */
export type LiveState = 'connecting' | 'live' | 'offline';

const quietMs = 400;

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
    events.addEventListener('figures', refresh.soon);
    events.addEventListener('calls', refresh.soon);
    return () => {
      events.close();
      refresh.stop();
    };
  }, [client, enabled]);
  return state;
}

function refresher(client: QueryClient): { readonly soon: () => void; readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    timer = undefined;
    if (document.hidden) {
      document.addEventListener('visibilitychange', soon, { once: true });
      return;
    }
    running = true;
    again = false;
    await client.invalidateQueries({ queryKey: ['live'] }, { cancelRefetch: false });
    running = false;
    if (again) soon();
  };
  const soon = (): void => {
    again = true;
    if (!running && timer === undefined) timer = setTimeout(() => void run(), quietMs);
  };
  return {
    soon,
    stop() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', soon);
    },
  };
}
