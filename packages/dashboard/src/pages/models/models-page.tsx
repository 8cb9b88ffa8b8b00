import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { RollupRow } from '../../api/rollups.ts';
import type { Column } from '../../table/column.ts';
import { readShared, type UsersSearch } from '../../url/page-search.ts';
import { RollupPage } from '../groups/rollup-page.tsx';

/** What each model costs. */
export function ModelsPage(): ReactElement {
  const search = useSearch({ from: '/models' });
  const narrowTo = (row: RollupRow): UsersSearch | undefined =>
    row.model ? { ...readShared(search), model: row.model } : undefined;
  const first = useMemo(
    (): Column<RollupRow> => ({
      id: 'model',
      label: 'Model',
      width: 'minmax(130px, 2.6fr)',
      cell: (row) => (
        <span className="row">
          {row.model ? (
            <Link to="/" search={{ ...readShared(search), model: row.model }} className="row-link truncate">
              {row.model}
            </Link>
          ) : (
            <span className="faint">unknown model</span>
          )}
          <span className="faint truncate yields">{row.provider}</span>
        </span>
      ),
    }),
    [search],
  );
  return (
    <RollupPage
      kind="models"
      title="Models"
      lead="Every model that was called, at the price of the day of each call."
      search={search}
      first={first}
      rowId={(row) => `${row.provider ?? ''} ${row.model ?? ''}`}
      narrowTo={narrowTo}
    />
  );
}
