import type { ReactElement, ReactNode } from 'react';
import './stat-strip.css';

/** A figure with its name. */
export interface Stat {
  readonly label: string;
  readonly value: ReactNode;
  readonly hint?: string | undefined;
}

/** A few figures in a row. */
export function StatStrip({ stats }: { readonly stats: readonly Stat[] }): ReactElement {
  return (
    <dl className="card stat-strip">
      {stats.map(({ label, value, hint }) => (
        <div key={label} title={hint}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
