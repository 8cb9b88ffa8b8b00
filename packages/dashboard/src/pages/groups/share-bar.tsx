import type { ReactElement } from 'react';
import { formatShare } from '../../format/count.ts';
import './share-bar.css';

/** A part of a whole as a bar, the longest one full. */
export function ShareBar(props: {
  readonly value: number;
  readonly most: number;
  readonly all: number;
}): ReactElement {
  const { value, most, all } = props;
  return (
    <span className="share-bar" title={`${formatShare(value, all)} of the cost`}>
      <i style={{ width: `${most > 0 ? Math.max(1, (value / most) * 100) : 0}%` }} />
    </span>
  );
}
