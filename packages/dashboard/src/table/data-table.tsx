import { columnVisibilityFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type ReactElement,
  type ReactNode,
} from 'react';
import { useMainScroll } from '../app/main-scroll.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { TipsInReach } from '../ui/tip/tip.tsx';
import type { Column } from './column.ts';
import { HeadCell, type Sorting } from './head-cell.tsx';
import './table.css';
import { useRowCursor } from './use-row-cursor.ts';

const features = tableFeatures({ columnVisibilityFeature });

/** Number of rows that are rendered beyond the visible ones. */
const overscan = 14;

/** The next page is requested when fewer loaded rows than this are left below, early enough for fast scrolling. */
const aheadRows = 60;
/** The same number before the first scrolling, when more rows are only needed in a tall window. */
const aheadAtTop = 8;

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
  const {
    columns,
    rows,
    rowId,
    rowHeight = 44,
    hasMore = false,
    onMore,
    onOpen,
    onPeek,
    onCursor,
    isOpen,
  } = props;
  const scroll = useMainScroll();
  const body = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const [margin, setMargin] = useState(0);
  const loaded = rows?.length ?? 0;
  const waiting = rows === undefined ? 12 : hasMore ? 6 : 0;
  const virtual = useVirtualizer({
    count: loaded + waiting,
    getScrollElement: () => scroll,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin: margin,
  });
  useLayoutEffect(() => {
    if (scroll === null || body.current === null) return;
    const top =
      body.current.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop;
    if (Math.abs(top - margin) > 0.5) setMargin(top);
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const ahead = (virtual.scrollOffset ?? 0) > 0 ? aheadRows : aheadAtTop;
  useEffect(() => {
    if (hasMore && rows !== undefined && last >= loaded - ahead) onMore?.();
  }, [ahead, hasMore, last, loaded, onMore, rows]);
  const cursor = useRowCursor({
    count: loaded,
    onMove: (at) => {
      virtual.scrollToIndex(at, { align: 'auto' });
      wantsFocus.current = true;
      withRow(rows, at, onCursor);
    },
    onOpen: (at) => withRow(rows, at, onOpen),
    isHeld: props.isCovered === true,
    onPeek: onPeek === undefined ? undefined : (at) => withRow(rows, at, onPeek),
  });
  useEffect(() => {
    if (!wantsFocus.current) return;
    // The row may be rendered only after the list was scrolled to it. Its focus makes Tab continue inside the row.
    const row = body.current?.querySelector<HTMLElement>('[aria-current=true]');
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  // The table model only has the visible rows, because creating it for 200,000 rows would take longer than rendering.
  const first = items[0]?.index ?? 0;
  const seen = useMemo(() => (rows ?? []).slice(first, last + 1), [rows, first, last]);
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const table = useTable({ features, columns: definitions, data: seen, getRowId: rowId });
  const models = table.getRowModel().rows;
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
      <div role="rowgroup" className="table-head">
        <div role="row" className="table-row" aria-rowindex={1}>
          {columns.map((column) => (
            <HeadCell key={column.id} column={column} sorting={props.sorting} />
          ))}
        </div>
        {props.pinned}
      </div>
      <div role="rowgroup" ref={body} className="table-body" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const model = models[item.index - first];
          const style = { height: rowHeight, transform: `translateY(${item.start - margin}px)` };
          if (model === undefined || item.index >= loaded) {
            return (
              <div
                key={item.key}
                role="row"
                className="table-row"
                style={style}
                aria-rowindex={item.index + firstRow}
              >
                {columns.map((column, at) => (
                  <div
                    key={column.id}
                    role="cell"
                    className={column.align === 'right' ? 'cell number' : 'cell'}
                  >
                    <Skeleton width={at === 0 ? 140 : 44} />
                  </div>
                ))}
              </div>
            );
          }
          const state = `table-row${cursor.at === item.index ? ' current' : ''}${isOpen?.(model.original) === true ? ' open' : ''}`;
          return (
            <div
              key={model.id}
              role="row"
              className={onOpen === undefined ? state : `${state} opens`}
              style={style}
              aria-rowindex={item.index + firstRow}
              aria-current={cursor.at === item.index ? true : undefined}
              data-row={model.id}
              tabIndex={-1}
            >
              <TipsInReach value={cursor.at === item.index}>
                {model.getVisibleCells().map((cell, at) => (
                  <div
                    key={cell.id}
                    role="cell"
                    className={columns[at]?.align === 'right' ? 'cell number' : 'cell'}
                  >
                    {columns[at]?.cell(cell.row.original)}
                  </div>
                ))}
              </TipsInReach>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function definitionOf<Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> {
  return { id: column.id, header: column.label, cell: ({ row }) => column.cell(row.original) };
}

function withRow<Row>(
  rows: readonly Row[] | undefined,
  at: number,
  act: ((row: Row, at: number) => void) | undefined,
): void {
  const row = rows?.[at];
  if (row !== undefined) act?.(row, at);
}
