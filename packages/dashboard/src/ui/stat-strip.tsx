import type { ReactElement, ReactNode } from 'react';
import './stat-strip.css';
import { Tip } from './tip/tip.tsx';
import { staleProps } from './stale.ts';

/** A figure with its label. */
export interface Stat {
  readonly label: string;
  readonly value: ReactNode;
  readonly hint?: string | undefined;
}

/** A row of figures. */
export function StatStrip(props: {
  readonly stats: readonly Stat[];
  /** Whether the figures are the answer to an older request. */
  readonly isStale?: boolean;
}): ReactElement {
  const { stats, isStale = false } = props;
  return (
    <dl {...staleProps(isStale, 'card stat-strip')}>
      {stats.map((stat) => (
        <StatCell key={stat.label} {...stat} />
      ))}
    </dl>
  );
}

/** One figure of a row. */
export function StatCell({ label, value, hint }: Stat): ReactElement {
  return (
    <div>
      <dt>
        <Tip text={hint} className={hint === undefined ? undefined : 'hinted'}>
          {label}
        </Tip>
      </dt>
      <dd>{value}</dd>
    </div>
  );
}
