import { useNavigate } from '@tanstack/react-router';
import type { Sorting } from '../table/head-cell.tsx';

/** Returns a function that writes the sort order to the URL and keeps the scroll position. */
export function useSortInUrl(): Sorting['onSort'] {
  const navigate = useNavigate();
  return (sort, order) =>
    void navigate({
      to: '.',
      // The columns of a list only have sort keys of that list.
      search: (now) => ({ ...now, sort: sort as never, order }),
      replace: true,
      resetScroll: false,
    });
}
