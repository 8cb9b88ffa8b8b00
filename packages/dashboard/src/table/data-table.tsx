import {
  useEffect,
  useRef,
  type CSSProperties,
  type ReactElement,
  type ReactNode,
  type RefObject,
} from 'react';
import { BodyRow, LoadingRow } from './body-row.tsx';
import type { Column } from './column.ts';
import { HeadCell, type Sorting } from './head-cell.tsx';
import './table.css';
import { useRowCursor } from './use-row-cursor.ts';
import { useRowModels } from './use-row-models.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

/**
 * A table for long lists. Renders only visible rows, requests more before the end is reached, and can be used with `j`,
 * `k` and Enter. The header with the totals stays visible.
 */
export function DataTable<Row extends object>(props: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly rowId: (row: Row) => string;
  readonly rowHeight?: number;
  readonly total?: number | undefined;
  readonly sorting?: Sorting;
  readonly hasMore?: boolean;
  readonly onMore?: () => void;
  readonly onOpen?: (row: Row, at: number) => void;
  readonly onPeek?: (row: Row, at: number) => void;
  /** Called when the cursor moves to a row. */
  readonly onCursor?: (row: Row) => void;
  readonly isOpen?: (row: Row) => boolean;
  /** Whether something beside the table is open, which Escape closes instead. */
  readonly isCovered?: boolean;
  readonly pinned?: ReactNode;
  readonly empty?: ReactNode;
  readonly stale?: boolean;
}): ReactElement {
  const { columns, rows, rowId, rowHeight = 44, hasMore = false, onOpen, onPeek, isOpen } = props;
  const loaded = rows?.length ?? 0;
  const { body, items, height, margin, scrollToRow } = useVirtualRows({
    rows,
    rowHeight,
    hasMore,
    onMore: props.onMore,
  });
  const focusCurrent = useFocusOfCurrent(body);
  const cursor = useRowCursor({
    count: loaded,
    onMove: (at) => {
      scrollToRow(at);
      focusCurrent();
      withRow(rows, at, props.onCursor);
    },
    onOpen: (at) => withRow(rows, at, onOpen),
    isHeld: props.isCovered === true,
    onPeek: onPeek === undefined ? undefined : (at) => withRow(rows, at, onPeek),
  });
  const first = items[0]?.index ?? 0;
  const models = useRowModels(columns, rows, rowId, first, items.at(-1)?.index ?? 0);
  const tracks = { '--tracks': columns.map((column) => column.width).join(' ') } as CSSProperties;
  // Row 1 is the header, and row 2 the pinned row, if there is one.
  const firstRow = props.pinned === undefined ? 2 : 3;
  if (rows !== undefined && loaded === 0 && props.empty !== undefined) return <>{props.empty}</>;
  return (
    <div
      className={props.stale === true ? 'table stale' : 'table'}
      role="table"
      aria-label={props.label}
      aria-rowcount={(props.total ?? loaded) + firstRow - 1}
      aria-busy={rows === undefined}
      style={tracks}
    >
      <TableHead columns={columns} sorting={props.sorting} pinned={props.pinned} />
      <div role="rowgroup" ref={body} className="table-body" style={{ height }}>
        {items.map(({ index, key, start }) => {
          const model = models[index - first];
          const place = {
            columns,
            style: { height: rowHeight, transform: `translateY(${start - margin}px)` },
            rowIndex: index + firstRow,
          };
          if (model === undefined || index >= loaded) return <LoadingRow key={key} {...place} />;
          return (
            <BodyRow
              key={model.id}
              {...place}
              model={model}
              isCurrent={cursor.at === index}
              isOpen={isOpen?.(model.original) === true}
              opens={onOpen !== undefined}
            />
          );
        })}
      </div>
    </div>
  );
}

function TableHead<Row extends object>(props: {
  readonly columns: readonly Column<Row>[];
  readonly sorting: Sorting | undefined;
  readonly pinned: ReactNode;
}): ReactElement {
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" className="table-row" aria-rowindex={1}>
        {props.columns.map((column) => (
          <HeadCell key={column.id} column={column} sorting={props.sorting} />
        ))}
      </div>
      {props.pinned}
    </div>
  );
}

/**
 * Returns a function that focuses the current row, so that Tab continues inside it. The row may be rendered only after
 * the list was scrolled to it.
 */
function useFocusOfCurrent(body: RefObject<HTMLElement | null>): () => void {
  const wantsFocus = useRef(false);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = body.current?.querySelector<HTMLElement>('[aria-current=true]');
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  return () => {
    wantsFocus.current = true;
  };
}

function withRow<Row>(
  rows: readonly Row[] | undefined,
  at: number,
  act: ((row: Row, at: number) => void) | undefined,
): void {
  const row = rows?.[at];
  if (row !== undefined) act?.(row, at);
}
