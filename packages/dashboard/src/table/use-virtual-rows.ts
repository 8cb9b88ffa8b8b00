import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { useMainScroll } from '../app/main-scroll.ts';

/** Number of rows that are rendered beyond the visible ones. */
const overscan = 14;

/** The next page is requested when fewer loaded rows than this are left below, early enough for fast scrolling. */
const aheadRows = 60;
/** The same number before the first scrolling, when more rows are only needed in a tall window. */
const aheadAtTop = 8;

/** Number of placeholders while no row is loaded. */
const placeholdersAtFirst = 12;
/** Number of placeholders below the loaded rows while there are more. */
const placeholdersBelow = 6;

/** The rows that have to be rendered, and where. */
export interface VirtualRows {
  /** The element that contains the rows. */
  readonly body: RefObject<HTMLDivElement | null>;
  readonly items: readonly VirtualItem[];
  /** Height of all rows, rendered or not. */
  readonly height: number;
  /** Distance from the top of the scrolled content to the first row; the `start` of an item includes it. */
  readonly margin: number;
  readonly scrollToRow: (at: number) => void;
}

/** Selects the rows near the visible ones, and requests more before the end of the loaded ones is reached. */
export function useVirtualRows(options: {
  readonly rows: readonly unknown[] | undefined;
  readonly rowHeight: number;
  readonly hasMore: boolean;
  readonly onMore: (() => void) | undefined;
}): VirtualRows {
  const { rows, rowHeight, hasMore, onMore } = options;
  const scroll = useMainScroll();
  const body = useRef<HTMLDivElement>(null);
  const margin = useDistanceToTop(body, scroll);
  const loaded = rows?.length ?? 0;
  const virtual = useVirtualizer({
    count: loaded + placeholderCount(rows !== undefined, hasMore),
    getScrollElement: () => scroll,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin: margin,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const ahead = (virtual.scrollOffset ?? 0) > 0 ? aheadRows : aheadAtTop;
  useEffect(() => {
    if (hasMore && rows !== undefined && last >= loaded - ahead) onMore?.();
  }, [ahead, hasMore, last, loaded, onMore, rows]);
  return {
    body,
    items,
    height: virtual.getTotalSize(),
    margin,
    scrollToRow: (at) => virtual.scrollToIndex(at, { align: 'auto' }),
  };
}

function placeholderCount(isLoaded: boolean, hasMore: boolean): number {
  if (!isLoaded) return placeholdersAtFirst;
  return hasMore ? placeholdersBelow : 0;
}

/** Distance from the top of the content of `scroll` to the element, measured after each rendering. */
function useDistanceToTop(element: RefObject<HTMLElement | null>, scroll: HTMLElement | null): number {
  const [distance, setDistance] = useState(0);
  useLayoutEffect(() => {
    if (scroll === null || element.current === null) return;
    const top =
      element.current.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop;
    if (Math.abs(top - distance) > 0.5) setDistance(top);
  });
  return distance;
}
