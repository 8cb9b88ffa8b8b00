import type { ReactElement } from 'react';
import { formatShare } from '../format/count.ts';
import { Tip } from '../ui/tip/tip.tsx';
import './share-bar.css';

/** A part of a whole as a bar, the longest one full. */
export function ShareBar(props: {
  readonly value: number;
  readonly most: number;
  readonly all: number;
}): ReactElement {
  const { value, most, all } = props;
  return (
    <Tip className="share-bar" text={`${formatShare(value, all)} of the cost`}>
      <i style={{ width: `${most > 0 ? Math.max(1, (value / most) * 100) : 0}%` }} />
    </Tip>
  );
}
