import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Figures } from '../../api/figures.ts';
import type { UserRow } from '../../api/users.ts';
import { Sparkline } from '../../chart/sparkline.tsx';
import { formatCount } from '../../format/count.ts';
import { plainValue } from '../../format/plain-value.ts';
import { type Column, wordsWidth } from '../../table/column.ts';
import {
  changeColumn,
  CountCell,
  durationColumn,
  figureColumn,
  latencyHints,
} from '../../table/figure-columns.tsx';
import { Ago } from '../../ui/time/ago.tsx';
import { Avatar } from '../../ui/avatar/avatar.tsx';
import { Money } from '../../ui/money.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { userChoices } from './user-choices.ts';

/** What columns need in addition to a row. */
export interface ColumnContext {
  /** Parameters of the URL that links keep. */
  readonly shared: SharedSearch;
  /** The parameters of the list as one value, for links to a user's page. */
  readonly list: string | undefined;
  readonly total: number | undefined;
  readonly totals: Figures | undefined;
}

/** The columns of a list of users. */
export function userColumns(ids: readonly string[], context: ColumnContext): readonly Column<UserRow>[] {
  return ids.map((id) => userColumn(id, context));
}

function userColumn(id: string, context: ColumnContext): Column<UserRow> {
  const { total, totals } = context;
  const label = userChoices.labels[id] ?? id.slice(5);
  const figure = { id, label, width: '84px', align: 'right' } as const;
  const field = (value: (row: UserRow) => unknown, head = label): Pick<Column<UserRow>, 'csv'> => ({
    csv: [{ head, value }],
  });
  switch (id) {
    case 'user':
      return {
        id,
        label,
        width: wordsWidth(120, 2.4),
        sort: 'name',
        firstOrder: 'asc',
        cell: (row) => <UserCell row={row} {...context} />,
        csv: [
          { head: 'Id', value: (row) => row.id },
          { head: 'Name', value: (row) => row.name },
          { head: 'Email', value: (row) => row.email },
        ],
        ...(total === undefined ? {} : { total: formatCount(total) }),
      };
    case 'group':
      return {
        id,
        label,
        width: wordsWidth(80, 1),
        cell: (row) => <GroupCell group={row.group} shared={context.shared} />,
        ...field((row) => row.group),
      };
    case 'lastSeen':
    case 'firstSeen':
      return {
        ...figure,
        width: '80px',
        sort: id,
        cell: (row) => <Ago time={row[id]} />,
        ...field((row) => row[id]),
      };
    case 'trend':
      return {
        id,
        label,
        width: '96px',
        hint: 'Cost a day over the last 30 days',
        cell: (row) => <Trend row={row} />,
        ...field((row) => row.trend?.map((day) => day.cost ?? '').join(' ')),
      };
    case 'threads':
      return {
        ...figure,
        sort: id,
        cell: (row) => <CountCell count={row.threads} />,
        ...field((row) => row.threads),
      };
    case 'p50':
      return durationColumn({ id, label: id, hint: latencyHints[id], sort: id }, (row) => row.latency?.p50Ms);
    case 'p95':
      return durationColumn({ id, label: id, hint: latencyHints[id], sort: id }, (row) => row.latency?.p95Ms);
    case 'p99':
      return durationColumn({ id, label: id, hint: latencyHints[id], sort: id }, (row) => row.latency?.p99Ms);
    case 'firstChunk':
      return durationColumn(
        { id, label: 'First chunk', hint: latencyHints[id], sort: id },
        (row) => row.firstChunk?.p95Ms,
      );
    case 'change':
      return changeColumn();
    case 'median':
      return {
        ...figure,
        width: '92px',
        sort: id,
        hint: 'Median cost of a call',
        cell: (row) => <Money cost={row.medianCost ?? null} reason="No call has a price" />,
        ...field((row) => row.medianCost, 'Median (USD)'),
      };
    case 'cached':
    case 'calls':
    case 'tokens':
    case 'errors':
    case 'cost':
    case 'average':
      return figureColumn(id, totals);
    default:
      return {
        id,
        label,
        width: wordsWidth(90, 1),
        cell: (row) => <PropCell value={row.props[id.slice(5)]} />,
        ...field((row) => row.props[id.slice(5)]),
      };
  }
}

function GroupCell(props: { readonly group: string | null; readonly shared: SharedSearch }): ReactElement {
  const { group, shared } = props;
  if (group === null) return <span className="faint">—</span>;
  return (
    <Link
      to="/group"
      search={{ ...shared, group: undefined, id: group }}
      className="cell-link truncate"
      preload={false}
      dir="auto"
    >
      {group}
    </Link>
  );
}

function UserCell(props: {
  readonly row: UserRow;
  readonly shared: SharedSearch;
  readonly list: string | undefined;
}): ReactElement {
  const { row, shared, list } = props;
  return (
    <span className="user-cell">
      <Avatar id={row.id} name={row.name ?? undefined} picture={row.avatar ?? undefined} size={26} />
      <span className="user-cell-words">
        <Link
          to="/user"
          search={{ ...shared, id: row.id, list }}
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
