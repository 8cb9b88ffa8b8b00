import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Figures } from '../../api/figures.ts';
import type { RollupKind, RollupRow } from '../../api/rollups.ts';
import { type Column, wordsWidth } from '../../table/column.ts';
import {
  changeColumn,
  CountCell,
  durationColumn,
  figureColumn,
  latencyHints,
} from '../../table/figure-columns.tsx';
import { ShareBar } from '../../table/share-bar.tsx';
import { formatCompact, formatCount, formatShare, plural } from '../../format/count.ts';
import { Money } from '../../ui/money.tsx';
import { Tip } from '../../ui/tip/tip.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { rollupWords } from './rollup-choices.ts';
import { nameOf } from './rollup-request.ts';

/** What columns need in addition to a row. */
export interface ColumnContext {
  readonly kind: RollupKind;
  /** Parameters of the URL that links keep. */
  readonly shared: SharedSearch;
  /** The totals, in which each matching call counts once. */
  readonly totals: Figures | undefined;
  /** The highest cost of all rows. */
  readonly most: number;
}

/** The columns of a list of figures. */
export function rollupColumns(ids: readonly string[], context: ColumnContext): readonly Column<RollupRow>[] {
  return ids.flatMap((id) => rollupColumn(id, context) ?? []);
}

function rollupColumn(id: string, context: ColumnContext): Column<RollupRow> | undefined {
  const { kind, totals, most } = context;
  switch (id) {
    case 'name':
      return nameColumn(context);
    case 'share':
      return {
        id,
        label: 'Share',
        hint: 'Share of the cost of all matching calls',
        width: wordsWidth(72, 0.6),
        cell: (row) =>
          isUnknown(row) ? (
            <span className="faint">—</span>
          ) : (
            <ShareBar value={row.cost ?? 0} most={most} all={totals?.cost ?? 0} />
          ),
        csv: [{ head: 'Share', value: (row) => shareOf(row.cost, totals?.cost) }],
      };
    case 'users':
      return countColumn('users', 'Users', (row) => row.users);
    case 'threads':
      return countColumn('threads', 'Threads', (row) => row.threads ?? 0);
    case 'p50':
      return durationColumn({ id, label: id, hint: latencyHints[id], sort: id }, (row) => row.p50Ms);
    case 'p95':
      return durationColumn({ id, label: id, hint: latencyHints[id], sort: 'p95' }, (row) => row.p95Ms);
    case 'p99':
      return durationColumn({ id, label: id, hint: latencyHints[id], sort: id }, (row) => row.p99Ms);
    case 'firstChunk':
      return {
        ...durationColumn<RollupRow>(
          { id, label: 'First chunk', hint: latencyHints[id], sort: 'firstChunk' },
          (row) => row.firstChunkP95Ms,
        ),
        width: '84px',
      };
    case 'costPerUser':
      return {
        id,
        label: 'Per user',
        width: '92px',
        align: 'right',
        sort: 'costPerUser',
        hint: 'Average cost per user',
        cell: (row) => <Money cost={row.costPerUser} reason="No user with a price" />,
        csv: [{ head: 'Per user (USD)', value: (row) => row.costPerUser }],
      };
    case 'costPerThread':
      return {
        id,
        label: 'Per thread',
        width: '92px',
        align: 'right',
        sort: 'costPerThread',
        hint: 'Average cost per conversation',
        cell: (row) => <Money cost={row.costPerThread ?? null} reason="No conversation with a price" />,
        csv: [{ head: 'Per thread (USD)', value: (row) => row.costPerThread }],
      };
    case 'thumbs':
      return thumbsColumn();
    case 'change':
      return changeColumn();
    case 'calls':
    case 'tokens':
    case 'cached':
    case 'errors':
    case 'average':
    case 'cost':
      // A call can have several tags, so the sum of these rows is higher than the total and would mislead.
      return figureColumn(id, kind === 'tags' && id !== 'cost' && id !== 'calls' ? undefined : totals);
    default:
      return undefined;
  }
}

/** The link of a row, to the page of a group or feature or to the users of a model or service. */
export function targetOf(kind: RollupKind, name: string, shared: SharedSearch) {
  switch (kind) {
    case 'groups':
      return { to: '/group', search: { ...shared, group: undefined, id: name } } as const;
    case 'tags':
      return { to: '/feature', search: { ...shared, tag: undefined, id: name } } as const;
    case 'models':
      return { to: '/', search: { ...shared, model: name } } as const;
    default:
      return { to: '/', search: { ...shared, service: name } } as const;
  }
}

function nameColumn({ kind, shared }: ColumnContext): Column<RollupRow> {
  const { noun, none } = rollupWords[kind];
  const isModel = kind === 'models';
  return {
    id: 'name',
    label: noun,
    width: isModel ? wordsWidth(130, 2.6) : wordsWidth(120, 1.4),
    sort: 'name',
    firstOrder: 'asc',
    cell: (row) => (
      <span className="row">
        <NameLink kind={kind} name={nameOf(kind, row)} none={none} shared={shared} />
        {isModel && <span className="faint truncate yields">{row.provider}</span>}
      </span>
    ),
    csv: [
      { head: noun, value: (row) => nameOf(kind, row) },
      ...(isModel ? [{ head: 'Provider', value: (row: RollupRow) => row.provider }] : []),
    ],
  };
}

function NameLink(props: {
  readonly kind: RollupKind;
  readonly name: string | undefined;
  readonly none: string;
  readonly shared: SharedSearch;
}): ReactElement {
  const { kind, name, none, shared } = props;
  if (name === undefined) return <span className="faint">{none}</span>;
  return (
    <Link {...targetOf(kind, name, shared)} className="row-link clamped" preload={false} dir="auto">
      {name}
    </Link>
  );
}

function countColumn(
  id: 'users' | 'threads',
  label: string,
  countOf: (row: RollupRow) => number,
): Column<RollupRow> {
  return {
    id,
    label,
    width: '56px',
    align: 'right',
    sort: id,
    cell: (row) => <CountCell count={countOf(row)} />,
    csv: [{ head: label, value: countOf }],
  };
}

/** The column with the numbers of thumbs up and down. */
function thumbsColumn(): Column<RollupRow> {
  return {
    id: 'thumbs',
    label: 'Thumbs',
    width: '88px',
    align: 'right',
    sort: 'thumbs',
    hint: 'The latest thumbs of users on conversations and runs with such a call: up, down',
    cell: (row) => <ThumbsCell up={row.thumbsUp ?? 0} down={row.thumbsDown ?? 0} />,
    csv: [
      { head: 'Thumbs up', value: (row) => row.thumbsUp },
      { head: 'Thumbs down', value: (row) => row.thumbsDown },
    ],
  };
}

function ThumbsCell({ up, down }: { readonly up: number; readonly down: number }): ReactElement {
  if (up + down === 0) return <span className="faint">—</span>;
  return (
    <Tip text={`${plural(up, 'thumb')} up, ${formatCount(down)} down: ${formatShare(up, up + down)} up`}>
      ↑{formatCompact(up)} <span className={down > 0 ? 'bad' : 'faint'}>↓{formatCompact(down)}</span>
    </Tip>
  );
}

function shareOf(cost: number | null, all: number | null | undefined): number | undefined {
  return cost === null || !all ? undefined : cost / all;
}

/** Whether no call of a row has a price. */
function isUnknown({ cost, unpricedCalls }: RollupRow): boolean {
  return cost === null || (cost === 0 && unpricedCalls > 0);
}
