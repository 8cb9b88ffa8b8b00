import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { pageReaders, type PageReaders } from './page-search.ts';
import type { PagePath } from './pages.ts';

/**
 * What the URL of a page says. The router keeps the URL as it was typed, so that a value which its parameter does not take
 * can be named; pages read it through here and never see such a value.
 */
export function usePageSearch<Path extends PagePath>(path: Path): ReturnType<PageReaders[Path]> {
  const raw = useSearch({ strict: false });
  return useMemo(() => pageReaders[path](raw) as ReturnType<PageReaders[Path]>, [path, raw]);
}
