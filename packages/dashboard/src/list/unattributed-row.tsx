import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { tokensOf } from '../api/figures.ts';
import type { Summary } from '../api/summary.ts';
import { formatCompact, formatShare, plural } from '../format/count.ts';
import { ChangeCell, ErrorsCell } from '../table/figure-columns.tsx';
import { ShareBar } from '../table/share-bar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Money } from '../ui/money.tsx';
import type { SharedSearch } from '../url/page-search.ts';
import './unattributed-row.css';

/**
 * Returns the row for calls without a user, above a list of users or groups that does not contain them, so that the
 * rows add up to the totals of the page. Undefined if there are no such calls. The function takes the list's columns
 * and the highest cost of its rows, to which bars are relative.
 */
export function pinUnattributed(
  summary: Summary | undefined,
  shared: SharedSearch,
): ((columns: readonly string[], most?: number) => ReactElement) | undefined {
  if (summary === undefined || summary.unattributed.calls === 0) return undefined;
  return (columns, most = 0) => (
    <UnattributedRow summary={summary} columns={columns} most={most} shared={shared} />
  );
}

/** Columns whose cells are aligned left. */
const leftColumns: ReadonlySet<string> = new Set(['group', 'trend', 'share']);

/** The row links to the page that explains how to set the users. */
function UnattributedRow(props: {
  readonly summary: Summary;
  readonly columns: readonly string[];
  readonly most: number;
  readonly shared: SharedSearch;
}): ReactElement {
  const { summary, columns, most, shared } = props;
  const { unattributed } = summary;
  const share = formatShare(unattributed.calls, summary.calls);
  const cells: Readonly<Record<string, ReactElement>> = {
    calls: <>{formatCompact(unattributed.calls)}</>,
    tokens: <>{formatCompact(tokensOf(unattributed))}</>,
    cached: <>{formatCompact(unattributed.cachedTokens)}</>,
    errors: <ErrorsCell figures={unattributed} />,
    cost: (
      <Money
        cost={unattributed.cost}
        costExact={unattributed.costExact}
        unpricedCalls={unattributed.unpricedCalls}
      />
    ),
    change: <ChangeCell row={{ cost: unattributed.cost, costBefore: summary.before?.unattributed.cost }} />,
    share: <UnattributedShare summary={summary} most={most} />,
    average: <Money cost={unattributed.averageCost} reason="No call has a price" />,
  };
  return (
    <div role="row" className="table-row table-pinned unattributed-row" aria-rowindex={2}>
      {columns.map((id, at) =>
        at === 0 ? (
          <div key={id} role="cell" className="cell">
            <span className="user-cell">
              <span className="avatar no-user" aria-hidden="true">
                <Icon name="unattributed" />
              </span>
              <span className="user-cell-words">
                <Link to="/unattributed" search={shared} className="row-link truncate">
                  unattributed
                </Link>
                <span className="faint truncate">
                  {share} of calls
                  <span className="yields-visually">, {plural(summary.unattributedBy.length, 'source')}</span>
                </span>
              </span>
            </span>
          </div>
        ) : (
          <div key={id} role="cell" className={leftColumns.has(id) ? 'cell' : 'cell number'}>
            {cells[id] ?? ''}
          </div>
        ),
      )}
    </div>
  );
}

/** The share of the cost; unknown if no call has a price. */
function UnattributedShare(props: { readonly summary: Summary; readonly most: number }): ReactElement {
  const { unattributed, cost } = props.summary;
  if (unattributed.pricedCalls === 0) return <span className="faint">—</span>;
  const value = unattributed.cost ?? 0;
  return <ShareBar value={value} most={Math.max(props.most, value)} all={cost ?? 0} />;
}
