import { useNavigate } from '@tanstack/react-router';
import type { Sorting } from '../table/head-cell.tsx';

/** Puts the order that a head asks for into the URL; the page stays where it is scrolled to. */
export function useSortInUrl(): Sorting['onSort'] {
  const navigate = useNavigate();
  return (sort, order) =>
    void navigate({
      to: '.',
      // A head names only orders that its own list has.
      search: (now) => ({ ...now, sort: sort as never, order }),
      replace: true,
      resetScroll: false,
    });
}
