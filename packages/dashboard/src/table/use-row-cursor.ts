import { useState } from 'react';
import { useKeys } from '../app/use-keys.ts';

/** The cursor that `j` and `k` move over rows. */
export interface RowCursor {
  readonly at: number | undefined;
}

/**
 * Moves over rows with `j` and `k`. Enter opens the row, Space shows its figures beside the list, and Escape removes
 * the cursor.
 */
export function useRowCursor(options: {
  readonly count: number;
  readonly onMove: (at: number) => void;
  readonly onOpen: (at: number) => void;
  readonly onPeek: ((at: number) => void) | undefined;
  /** Whether something else currently handles Escape. */
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
