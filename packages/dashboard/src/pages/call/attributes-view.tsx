import type { ReactElement } from 'react';
import { plainValue } from '../../format/plain-value.ts';

/** Names and values, in the order of the names. */
export function AttributesView(props: {
  readonly attributes: Readonly<Record<string, unknown>>;
}): ReactElement {
  const entries = Object.entries(props.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return <p className="muted">No attributes.</p>;
  return (
    <dl className="attributes">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt className="mono">{name}</dt>
          <dd className="mono">{plainValue(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
