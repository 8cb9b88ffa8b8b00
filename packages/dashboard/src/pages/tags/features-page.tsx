import { Link, useSearch } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import type { RollupRow } from '../../api/rollups.ts';
import { formatDuration } from '../../format/time.ts';
import type { Column } from '../../table/column.ts';
import { Money } from '../../ui/money.tsx';
import { readShared, type UsersSearch } from '../../url/page-search.ts';
import { RollupPage } from '../groups/rollup-page.tsx';

const figure = { width: '92px', align: 'right' } as const;

const more = {
  include: 'latency',
  columns: [
    {
      ...figure,
      id: 'costPerUser',
      label: 'Per user',
      sort: 'costPerUser',
      hint: 'Cost of a user on average',
      cell: (row) => <Money cost={row.costPerUser} reason="No user with a price" />,
    },
    {
      ...figure,
      id: 'costPerThread',
      label: 'Per thread',
      sort: 'costPerThread',
      hint: 'Cost of a conversation on average',
      cell: (row) => <Money cost={row.costPerThread ?? null} reason="No conversation with a price" />,
    },
    {
      ...figure,
      width: '72px',
      id: 'p95',
      label: 'p95',
      sort: 'p95',
      hint: 'The latency that 95 % of the calls do not exceed',
      cell: (row) => <Duration ms={row.p95Ms} />,
    },
  ],
} satisfies { readonly include: string; readonly columns: readonly Column<RollupRow>[] };

/** What each feature costs: the tags of calls. */
export function FeaturesPage(): ReactElement {
  const search = useSearch({ from: '/features' });
  const narrowTo = (row: RollupRow): UsersSearch | undefined =>
    row.tag ? { ...readShared(search), tag: row.tag } : undefined;
  const first = useMemo(
    (): Column<RollupRow> => ({
      id: 'tag',
      label: 'Feature',
      width: 'minmax(120px, 1.4fr)',
      sort: 'name',
      firstOrder: 'asc',
      cell: (row) =>
        row.tag ? (
          <Link to="/" search={{ ...readShared(search), tag: row.tag }} className="row-link truncate">
            {row.tag}
          </Link>
        ) : (
          <span className="faint">no tag</span>
        ),
    }),
    [search],
  );
  return (
    <RollupPage
      kind="tags"
      title="Features"
      lead="What calls were for, by their tags. A call with several tags counts for each of them, so shares may add up to more than the whole."
      search={search}
      first={first}
      rowId={(row) => row.tag ?? ''}
      narrowTo={narrowTo}
      more={more}
    />
  );
}

function Duration({ ms }: { readonly ms: number | null | undefined }): ReactElement {
  return ms === null || ms === undefined ? <span className="faint">—</span> : <>{formatDuration(ms)}</>;
}
