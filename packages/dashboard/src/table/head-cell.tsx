import type { ReactElement } from 'react';
import { Icon } from '../ui/icon.tsx';
import { Tip } from '../ui/tip/tip.tsx';
import type { Column } from './column.ts';

/** The current sort order, and the function to change it. */
export interface Sorting {
  readonly sort: string;
  readonly order: 'asc' | 'desc';
  readonly onSort: (sort: string, order: 'asc' | 'desc') => void;
}

/** A column header with name, sort direction and total. */
export function HeadCell<Row>(props: {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
}): ReactElement {
  const { column, sorting } = props;
  const { sort, firstOrder = 'desc' } = column;
  const active = sort !== undefined && sorting?.sort === sort;
  const order = active ? sorting.order : undefined;
  const className = column.align === 'right' ? 'cell head-cell number' : 'cell head-cell';
  return (
    <div
      role="columnheader"
      className={className}
      aria-sort={order === undefined ? 'none' : order === 'asc' ? 'ascending' : 'descending'}
    >
      {sort === undefined || sorting === undefined ? (
        <span className="head-label">
          <Tip text={column.hint}>{column.label}</Tip>
        </span>
      ) : (
        <button
          type="button"
          className="head-label"
          data-tip={column.hint}
          onClick={() => sorting.onSort(sort, active ? (order === 'asc' ? 'desc' : 'asc') : firstOrder)}
        >
          {column.label}
          {order !== undefined && <Icon name={order === 'asc' ? 'up' : 'down'} />}
        </button>
      )}
      {column.total !== undefined && <span className="head-total">{column.total}</span>}
    </div>
  );
}
