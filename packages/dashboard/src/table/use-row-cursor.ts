import { useState } from 'react';
import { useKeys } from '../app/use-keys.ts';

/** The row that `j` and `k` are at. */
export interface RowCursor {
  readonly at: number | undefined;
}

/** Walks over rows by keys: `j` and `k`, Enter opens, Space looks inside, Escape lets go. */
export function useRowCursor(options: {
  readonly count: number;
  readonly onMove: (at: number) => void;
  readonly onOpen: (at: number) => void;
  readonly onPeek: ((at: number) => void) | undefined;
  /** Escape belongs to something else just now. */
  readonly isHeld: boolean;
}): RowCursor {
  const { count, onMove, onOpen, onPeek, isHeld } = options;
  const [at, setAt] = useState<number>();
  const current = at !== undefined && at < count ? at : undefined;
  const move = (by: number): void => {
    if (count === 0) return;
    const next = current === undefined ? 0 : Math.max(0, Math.min(count - 1, current + by));
    setAt(next);
    onMove(next);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: current === undefined ? undefined : () => onOpen(current),
    ' ': current === undefined || onPeek === undefined ? undefined : () => onPeek(current),
    Escape: current === undefined || isHeld ? undefined : () => setAt(undefined),
  });
  return { at: current };
}
