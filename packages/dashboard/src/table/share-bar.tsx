import type { ReactElement } from 'react';
import { formatShare } from '../format/count.ts';
import { Tip } from '../ui/tip/tip.tsx';
import './share-bar.css';

/** A share of the cost as a bar, relative to the highest share. */
export function ShareBar(props: {
  readonly value: number;
  readonly most: number;
  readonly all: number;
}): ReactElement {
  const { value, most, all } = props;
  return (
    <Tip className="share-bar" text={`${formatShare(value, all)} of the cost`}>
      <i style={{ width: `${value > 0 ? Math.min(100, Math.max(1, (value / most) * 100)) : 0}%` }} />
    </Tip>
  );
}
