import { useNavigate, useSearch } from '@tanstack/react-router';
import { useNow } from '../ui/time/now.tsx';
import { readShared } from '../url/page-search.ts';
import { customRange, readRange, type RangeSearch, type TimeRange } from '../url/range.ts';

/** The range of the page and a function to change it. */
export interface RangeState {
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly setRange: (search: RangeSearch) => void;
  readonly zoom: (fromMs: number, toMs: number) => void;
}

/** The range in the URL. Each change is a step in the browser's history. */
export function useRange(): RangeState {
  const nowMs = useNow();
  const navigate = useNavigate();
  const shared = useSearch({ strict: false, select: readShared });
  const setRange = ({ range, from, to }: RangeSearch): void => {
    void navigate({ to: '.', search: (search) => ({ ...search, range, from, to }), resetScroll: false });
  };
  return {
    range: readRange(shared, nowMs),
    nowMs,
    setRange,
    zoom: (fromMs, toMs) => setRange(customRange(fromMs, toMs)),
  };
}
