import type { ReactElement } from 'react';
import type { LiveState } from '../api/live.ts';

const words: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  offline: 'Offline',
};

/** Whether what is on the page follows the collector. */
export function LiveMark({ state }: { readonly state: LiveState }): ReactElement {
  return (
    <span
      className={`live-mark ${state}`}
      role="status"
      title={
        state === 'offline'
          ? 'The collector does not answer. Trying again.'
          : 'New calls appear by themselves.'
      }
    >
      <i />
      {words[state]}
    </span>
  );
}
