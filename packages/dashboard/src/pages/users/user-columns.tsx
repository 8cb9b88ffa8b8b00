import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Figures } from '../../api/figures.ts';
import type { UserRow } from '../../api/users.ts';
import { Sparkline } from '../../chart/sparkline.tsx';
import { formatCount } from '../../format/count.ts';
import { plainValue } from '../../format/plain-value.ts';
import type { Column } from '../../table/column.ts';
import { CountCell, figureColumn } from '../../table/figure-columns.tsx';
import { Ago } from '../../ui/time/ago.tsx';
import { Avatar } from '../../ui/avatar/avatar.tsx';
import { Money } from '../../ui/money.tsx';
import { listOf, readShared, type UsersSearch } from '../../url/page-search.ts';
import { columnLabels } from './column-choice.ts';

/** What the columns need beside a row. */
export interface ColumnContext {
  readonly search: UsersSearch;
  readonly total: number | undefined;
  readonly totals: Figures | undefined;
}

/** The columns of the users table. */
export function userColumns(ids: readonly string[], context: ColumnContext): readonly Column<UserRow>[] {
  return ids.map((id) => userColumn(id, context));
}

function userColumn(id: string, context: ColumnContext): Column<UserRow> {
  const { search, total, totals } = context;
  const label = columnLabels[id] ?? id.slice(5);
  const figure = { id, label, width: '84px', align: 'right' } as const;
  switch (id) {
    case 'user':
      return {
        id,
        label,
        width: 'minmax(150px, 2.4fr)',
        sort: 'name',
        firstOrder: 'asc',
        cell: (row) => <UserCell row={row} search={search} />,
        ...(total === undefined ? {} : { total: formatCount(total) }),
      };
    case 'group':
      return {
        id,
        label,
        width: 'minmax(80px, 1fr)',
        cell: (row) => row.group ?? <span className="faint">—</span>,
      };
    case 'lastSeen':
      return { ...figure, width: '80px', sort: 'lastSeen', cell: (row) => <Ago time={row.lastSeen} /> };
    case 'firstSeen':
      return { ...figure, width: '80px', sort: 'firstSeen', cell: (row) => <Ago time={row.firstSeen} /> };
    case 'trend':
      return {
        id,
        label,
        width: '96px',
        hint: 'Cost a day over the last 30 days',
        cell: (row) => <Trend row={row} />,
      };
    case 'threads':
      return { ...figure, cell: (row) => <CountCell count={row.threads} /> };
    case 'median':
      return {
        ...figure,
        width: '92px',
        hint: 'Cost of the call in the middle',
        cell: (row) => <Money cost={row.medianCost ?? null} reason="No call has a price" />,
      };
    case 'calls':
    case 'tokens':
    case 'cached':
    case 'errors':
    case 'cost':
    case 'average':
      return figureColumn(id, totals);
    default:
      return {
        id,
        label,
        width: 'minmax(90px, 1fr)',
        cell: (row) => <PropCell value={row.props[id.slice(5)]} />,
      };
  }
}

function UserCell({ row, search }: { readonly row: UserRow; readonly search: UsersSearch }): ReactElement {
  return (
    <span className="user-cell">
      <Avatar id={row.id} name={row.name ?? undefined} picture={row.avatar ?? undefined} size={26} />
      <span className="user-cell-words">
        <Link
          to="/user"
          search={{ ...readShared(search), id: row.id, list: listOf(search) }}
          className="row-link truncate"
          preload={false}
        >
          {row.name ?? row.id}
        </Link>
        <span className="faint truncate">
          {row.email ?? (row.name === null ? '' : row.id)}
          {row.props['sample'] === true && ' · sample'}
        </span>
      </span>
    </span>
  );
}

function Trend({ row }: { readonly row: UserRow }): ReactElement | null {
  if (row.trend === undefined) return null;
  const costs = row.trend.map((day) => day.cost ?? 0);
  const values = costs.some((cost) => cost > 0) ? costs : row.trend.map((day) => day.calls);
  return <Sparkline values={values} label={`Trend of ${row.name ?? row.id}`} />;
}

function PropCell({ value }: { readonly value: unknown }): ReactElement {
  if (value === undefined || value === null) return <span className="faint">—</span>;
  return <>{plainValue(value)}</>;
}
