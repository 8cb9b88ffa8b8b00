import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { callsQuery } from '../../api/calls.ts';
import { apiPath } from '../../api/request.ts';
import { useInfiniteRows } from '../../list/use-infinite-rows.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { useRange } from '../../range/use-range.ts';
import { ScopeBar } from '../../scope/scope-bar.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { isCallFilter } from '../../url/filters.ts';
import { readShared } from '../../url/page-search.ts';
import { callChoices } from '../../url/pages.ts';
import { usePageSearch } from '../../url/use-page-search.ts';
import { callListRequest } from './call-list-request.ts';
import { CallsCsv, CallsTable } from './calls-table.tsx';

const choiceLabels: Readonly<Record<(typeof callChoices)[number], string>> = {
  errors: 'Errors',
  unpriced: 'Unpriced',
};

/** The calls of all users, and those without a user, newest first. */
export function CallsPage(): ReactElement {
  const search = usePageSearch('/calls');
  const navigate = useNavigate({ from: '/calls' });
  const { range } = useRange();
  const request = callListRequest(search, range);
  const { pages, ...list } = useInfiniteRows(callsQuery(request));
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Calls" />
        <h1>Calls</h1>
        <RangePicker />
      </div>
      <ScopeBar
        search={search}
        inertBecause={(name) =>
          isCallFilter(name) ? undefined : 'Calls are not filtered by their users. Open a user for theirs.'
        }
      />
      <section className="card" aria-label="Calls">
        <div className="toolbar">
          <Segments
            label="Which calls"
            value={search.only ?? 'all'}
            choices={[
              { key: 'all', label: 'All' },
              ...callChoices.map((key) => ({ key, label: choiceLabels[key] })),
            ]}
            onChange={(key) =>
              void navigate({
                search: (now) => ({ ...now, only: key === 'all' ? undefined : key }),
                replace: true,
                resetScroll: false,
              })
            }
          />
          <span className="toolbar-space" />
          <CallsCsv path={apiPath(['calls'], request)} />
        </div>
        <CallsTable calls={pages} {...list} shared={readShared(search)} />
      </section>
    </div>
  );
}
