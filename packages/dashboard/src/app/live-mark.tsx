import type { ReactElement } from 'react';
import type { LiveState } from '../api/live.ts';
import { Tip } from '../ui/tip/tip.tsx';

const words: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  offline: 'Offline',
};

const reasons: Readonly<Record<LiveState, string>> = {
  connecting: 'New calls will appear automatically.',
  live: 'New calls appear automatically.',
  offline: 'The collector does not answer. Trying again.',
};

/** Shows whether the page receives live updates. */
export function LiveMark({ state }: { readonly state: LiveState }): ReactElement {
  return (
    <span className={`live-mark ${state}`} role="status">
      <i />
      <Tip text={reasons[state]}>{words[state]}</Tip>
    </span>
  );
}
