import {
  keepPreviousData,
  useInfiniteQuery,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useCallback } from 'react';

/** The pages of a list that are loaded, and how to load more. */
export interface InfiniteRows<Page> {
  readonly pages: readonly Page[] | undefined;
  readonly error: Error | null;
  /** Whether the pages are those of the previous query, because those of this one have not arrived. */
  readonly stale: boolean;
  readonly hasMore: boolean;
  /** Loads the next page, unless one is being loaded. */
  readonly onMore: () => void;
  /** Loads all pages again. */
  readonly onRetry: () => void;
}

/** Loads a list page by page. When the query changes, the previous pages stay until the new ones arrive. */
export function useInfiniteRows<Page, Key extends QueryKey>(
  query: UseInfiniteQueryOptions<Page, Error, InfiniteData<Page>, Key, string | undefined>,
): InfiniteRows<Page> {
  const list: UseInfiniteQueryResult<InfiniteData<Page>> = useInfiniteQuery({
    placeholderData: keepPreviousData,
    ...query,
  });
  const { fetchNextPage, isFetchingNextPage, refetch } = list;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return {
    pages: list.data?.pages,
    error: list.error,
    stale: list.isPlaceholderData,
    hasMore: list.hasNextPage,
    onMore,
    onRetry: () => void refetch(),
  };
}
