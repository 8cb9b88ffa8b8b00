import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useIsAdmin } from '../api/session.ts';
import { Icon } from '../ui/icon.tsx';
import { readFilters } from '../url/filters.ts';
import { readShared } from '../url/page-search.ts';

/** "Alert on this view": a new alert rule with the filters of the page. Not shown to a token that may not add one. */
export function AlertLink({
  search,
}: {
  readonly search: Readonly<Record<string, unknown>>;
}): ReactElement | null {
  const isAdmin = useIsAdmin();
  if (!isAdmin) return null;
  return (
    <Link
      to="/alerts"
      search={{ ...readShared(search), ...readFilters(search), new: 'rule' }}
      className="button alert-link"
      aria-label="Alert on this view"
      data-tip="Alert on this view"
    >
      <Icon name="alerts" />
      <span className="wide-only">Alert</span>
    </Link>
  );
}
