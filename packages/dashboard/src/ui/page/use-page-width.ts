import { useSyncExternalStore } from 'react';
import { pageWidths, readPageWidth, type PageWidth } from './page-width.ts';

/** Returns the current width class of the page. */
export function usePageWidth(): PageWidth {
  return useSyncExternalStore(listen, readPageWidth);
}

function listen(onChange: () => void): () => void {
  const lists = Object.values(pageWidths).map((query) => window.matchMedia(query));
  for (const list of lists) list.addEventListener('change', onChange);
  return () => {
    for (const list of lists) list.removeEventListener('change', onChange);
  };
}
