import type { CSSProperties, ReactElement } from 'react';
import { Skeleton } from '../ui/page/skeleton.tsx';
import { TipsInReach } from '../ui/tip/tip.tsx';
import type { Column } from './column.ts';
import type { RowModel } from './use-row-models.ts';

/** A row of a table with its cells. */
export function BodyRow<Row extends object>(props: {
  readonly model: RowModel<Row>;
  readonly columns: readonly Column<Row>[];
  readonly style: CSSProperties;
  /** Position among all rows of the table, for `aria-rowindex`. */
  readonly rowIndex: number;
  /** Whether the cursor is on the row. */
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  /** Whether the row can be opened. */
  readonly opens: boolean;
}): ReactElement {
  const { model, columns, isCurrent } = props;
  const states = [isCurrent && 'current', props.isOpen && 'open', props.opens && 'opens'];
  return (
    <div
      role="row"
      className={['table-row', ...states.filter((state) => state !== false)].join(' ')}
      style={props.style}
      aria-rowindex={props.rowIndex}
      aria-current={isCurrent ? true : undefined}
      data-row={model.id}
      tabIndex={-1}
    >
      <TipsInReach value={isCurrent}>
        {model.getVisibleCells().map((cell, at) => (
          <div key={cell.id} role="cell" className={cellClassOf(columns[at])}>
            {columns[at]?.cell(cell.row.original)}
          </div>
        ))}
      </TipsInReach>
    </div>
  );
}

/** The placeholder of a row that is not loaded yet. */
export function LoadingRow<Row>(props: {
  readonly columns: readonly Column<Row>[];
  readonly style: CSSProperties;
  readonly rowIndex: number;
}): ReactElement {
  return (
    <div role="row" className="table-row" style={props.style} aria-rowindex={props.rowIndex}>
      {props.columns.map((column, at) => (
        <div key={column.id} role="cell" className={cellClassOf(column)}>
          <Skeleton width={at === 0 ? 140 : 44} />
        </div>
      ))}
    </div>
  );
}

function cellClassOf(column: { readonly align?: 'right' } | undefined): string {
  return column?.align === 'right' ? 'cell number' : 'cell';
}
