import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { pageReaders, type PageReaders } from './page-search.ts';
import type { PagePath } from './pages.ts';

/**
 * Returns the valid parameters of a page's URL. The router keeps the URL as it was typed, so that invalid values can be
 * named in a notice.
 */
export function usePageSearch<Path extends PagePath>(path: Path): ReturnType<PageReaders[Path]> {
  const raw = useSearch({ strict: false });
  return useMemo(() => pageReaders[path](raw) as ReturnType<PageReaders[Path]>, [path, raw]);
}
