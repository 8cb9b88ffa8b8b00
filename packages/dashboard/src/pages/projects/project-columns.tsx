import type { ReactElement, ReactNode } from 'react';
import type { ProjectFigures } from '../../api/projects/project-figures.ts';
import { formatCompact, formatCount, formatShare, plural } from '../../format/count.ts';
import { ChangeCell, CountCell, FigureCell } from '../../table/figure-columns.tsx';
import { type Column, wordsWidth } from '../../table/column.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Cost } from '../../ui/money.tsx';
import { Skeleton } from '../../ui/page/skeleton.tsx';
import { Tip } from '../../ui/tip/tip.tsx';
import type { PageWidth } from '../../ui/page/page-width.ts';
import type { ProjectSort } from '../../url/pages.ts';

/** A project of the session. */
export interface ProjectRow {
  readonly project: string;
  /** URL of its users page. */
  readonly url: string;
  readonly alertsUrl: string;
  readonly isCurrent: boolean;
  /** `read` or `admin`; undefined on a collector without tokens. */
  readonly access: string | undefined;
  /** Undefined until they arrive. */
  readonly figures: ProjectFigures | undefined;
  readonly failure: Error | undefined;
}

const fitting: Readonly<Record<PageWidth, readonly string[]>> = {
  wide: ['project', 'health', 'alerts', 'users', 'calls', 'errors', 'unpriced', 'coverage', 'change', 'cost'],
  medium: ['project', 'health', 'alerts', 'users', 'calls', 'change', 'cost'],
  narrow: ['project', 'alerts', 'cost'],
};

/** The columns for a page width. */
export function projectColumns(width: PageWidth): readonly Column<ProjectRow>[] {
  return fitting[width].flatMap((id) => allColumns.find((column) => column.id === id) ?? []);
}

const allColumns: readonly Column<ProjectRow>[] = [
  {
    id: 'project',
    label: 'Project',
    sort: 'name',
    firstOrder: 'asc',
    width: wordsWidth(110, 1.6),
    cell: (row) => (
      <span className="project-name">
        <a href={row.url} className="row-link truncate" dir="auto">
          {row.project}
        </a>
        <span className="faint truncate">
          {[row.isCurrent ? 'current' : '', row.access === 'read' ? 'read only' : '']
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
    ),
    csv: [{ head: 'Project', value: (row) => row.project }],
  },
  {
    id: 'health',
    label: 'Health',
    width: wordsWidth(90, 1.4),
    cell: (row) => <Health row={row} />,
    csv: [{ head: 'Health', value: ({ figures }) => figures && troublesOf(figures).join(', ') }],
  },
  figure(
    'alerts',
    'Alerts',
    '64px',
    ({ firing }, { alertsUrl }) => (
      <a href={alertsUrl} className={firing > 0 ? 'cell-link bad' : 'cell-link faint'}>
        {formatCount(firing)}
        <span className="hidden-visually"> firing</span>
      </a>
    ),
    ({ firing }) => firing,
  ),
  figure('users', 'Users', '64px', ({ summary }) => <CountCell count={summary.users} />, ofSummary('users')),
  figure('calls', 'Calls', '72px', ({ summary }) => <CountCell count={summary.calls} />, ofSummary('calls')),
  figure(
    'errors',
    'Errors',
    '64px',
    ({ summary }) => <FigureCell id="errors" figures={summary} />,
    ofSummary('errors'),
  ),
  figure(
    'unpriced',
    'Unpriced',
    '76px',
    ({ summary }) => <>{formatCompact(summary.unpricedCalls)}</>,
    ofSummary('unpricedCalls'),
  ),
  figure(
    'coverage',
    'Coverage',
    '76px',
    ({ summary }) => <>{summary.coverage.calls === null ? '—' : formatShare(summary.coverage.calls, 1)}</>,
    ({ summary }) => summary.coverage.calls,
  ),
  figure(
    'change',
    'vs. before',
    '80px',
    ({ summary }) => <ChangeCell row={{ cost: summary.cost, costBefore: summary.before?.cost }} />,
    ({ summary }) => summary.before?.costExact,
    'Cost before (USD)',
  ),
  figure(
    'cost',
    'Cost',
    '96px',
    ({ summary }) => <Cost of={summary} />,
    ofSummary('costExact'),
    'Cost (USD)',
  ),
];

function ofSummary(name: 'users' | 'calls' | 'errors' | 'unpricedCalls' | 'costExact') {
  return ({ summary }: ProjectFigures): unknown => summary[name];
}

function figure(
  id: ProjectSort,
  label: string,
  width: string,
  cell: (figures: ProjectFigures, row: ProjectRow) => ReactNode,
  value: (figures: ProjectFigures) => unknown,
  head = label,
): Column<ProjectRow> {
  return {
    id,
    label,
    width,
    align: 'right',
    sort: id,
    cell: (row) =>
      row.figures === undefined ? (
        row.failure === undefined ? (
          <Skeleton width={44} />
        ) : (
          <span className="faint">—</span>
        )
      ) : (
        cell(row.figures, row)
      ),
    csv: [{ head, value: ({ figures }) => figures && value(figures) }],
  };
}

function Health({ row }: { readonly row: ProjectRow }): ReactElement {
  const { figures, failure } = row;
  if (failure !== undefined)
    return (
      <Tip text={reasonOf(failure)} className="bad">
        not read
      </Tip>
    );
  if (figures === undefined) return <Skeleton width={64} />;
  if (figures.summary.empty) return <span className="faint">no spans yet</span>;
  const troubles = troublesOf(figures);
  return troubles.length === 0 ? (
    <span className="good">good</span>
  ) : (
    <Tip text={troubles.join('\n')} className="warn truncate">
      {troubles[0]}
    </Tip>
  );
}

/** From these shares on, a project is marked as having a problem. */
const mostErrors = 0.05;
const leastCoverage = 0.8;

function troublesOf({ summary, firing }: ProjectFigures): readonly string[] {
  const { calls, errors, unpricedCalls, coverage } = summary;
  return [
    ...(firing > 0 ? [`${plural(firing, 'alert')} firing`] : []),
    ...(calls > 0 && errors / calls > mostErrors
      ? [`${formatShare(errors, calls)} of the calls failed`]
      : []),
    ...(unpricedCalls > 0 ? [`${plural(unpricedCalls, 'call')} without a price`] : []),
    ...(coverage.calls !== null && coverage.calls < leastCoverage
      ? [`${formatShare(1 - coverage.calls, 1)} of the calls without a user`]
      : []),
  ];
}
