import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { RollupRow } from '../../api/rollups.ts';
import type { Column } from '../../table/column.ts';
import { readShared, type UsersSearch } from '../../url/page-search.ts';
import { RollupPage } from './rollup-page.tsx';

/** What each group of users costs. */
export function GroupsPage(): ReactElement {
  const search = useSearch({ from: '/groups' });
  const narrowTo = (row: RollupRow): UsersSearch | undefined =>
    row.group ? { ...readShared(search), group: row.group } : undefined;
  const first = useMemo(
    (): Column<RollupRow> => ({
      id: 'group',
      label: 'Group',
      width: 'minmax(120px, 1.4fr)',
      cell: (row) =>
        row.group ? (
          <Link to="/" search={{ ...readShared(search), group: row.group }} className="row-link">
            {row.group}
          </Link>
        ) : (
          <span className="faint">no group</span>
        ),
    }),
    [search],
  );
  return (
    <RollupPage
      kind="groups"
      title="Groups"
      lead="The companies, teams or workspaces your users belong to. A user's group is the property “group”."
      search={search}
      first={first}
      rowId={(row) => row.group ?? ''}
      narrowTo={narrowTo}
    />
  );
}
