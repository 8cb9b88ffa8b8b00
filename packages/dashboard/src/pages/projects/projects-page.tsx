import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import { projectQuery } from '../../api/projects/project-figures.ts';
import { sessionQuery } from '../../api/session.ts';
import { TokenForm } from '../../app/sign-in.tsx';
import { plural } from '../../format/count.ts';
import { sumExact } from '../../format/sum-exact.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { csvFields } from '../../table/column.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { useRange } from '../../range/use-range.ts';
import { useSortInUrl } from '../../list/use-sort-in-url.ts';
import { DataTable } from '../../table/data-table.tsx';
import { Money } from '../../ui/money.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { usePageWidth } from '../../ui/page/use-page-width.ts';
import { readShared } from '../../url/page-search.ts';
import { projectUrl } from '../../url/project-url.ts';
import { rangeQuery } from '../../url/range.ts';
import { usePageSearch } from '../../url/use-page-search.ts';
import { projectColumns, type ProjectRow } from './project-columns.tsx';
import { sortProjects } from './project-order.ts';
import './projects.css';

/** Compares all projects that the session may read. */
export function ProjectsPage(): ReactElement {
  const search = usePageSearch('/projects');
  const navigate = useNavigate();
  const onSort = useSortInUrl();
  const client = useQueryClient();
  const { range } = useRange();
  const width = usePageWidth();
  const shared = readShared(search);
  const session = useQuery(sessionQuery());
  const projects = session.data?.projects ?? [];
  // Without tokens there is one project.
  const names = projects.length === 0 ? [undefined] : projects.map(({ project }) => project);
  const answers = useQueries({
    queries: names.map((name) => projectQuery(name, rangeQuery(range))),
  });
  const sort = search.sort ?? 'cost';
  const order = search.order ?? (sort === 'name' ? 'asc' : 'desc');
  const unsorted: readonly ProjectRow[] = names.map((name, at) => ({
    project: name ?? 'default',
    url: name === undefined ? '/' : projectUrl(name, shared),
    alertsUrl: name === undefined ? '/alerts' : projectUrl(name, shared, '/alerts'),
    isCurrent: name === undefined || name === session.data?.project,
    access: projects[at]?.permission,
    figures: answers[at]?.data,
    failure: answers[at]?.error ?? undefined,
  }));
  const rows = sortProjects(unsorted, sort, order);
  const columns = useMemo(() => projectColumns(width), [width]);
  const costs = rows.flatMap(({ figures }) => figures?.summary.costExact ?? []);
  const isComplete = rows.every(({ figures }) => figures !== undefined);
  const calls = rows.reduce((sum, { figures }) => sum + (figures?.summary.calls ?? 0), 0);
  const unpriced = rows.reduce((sum, { figures }) => sum + (figures?.summary.unpricedCalls ?? 0), 0);
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Projects" />
        <h1>Projects</h1>
        <RangePicker />
      </div>
      <p className="page-lead">
        All projects that your tokens can read.
        {isComplete && (
          <>
            {' '}
            {rows.length === 1 ? 'Total:' : `Total of ${rows.length} projects:`} {plural(calls, 'call')} for{' '}
            <Money
              cost={costs.length === 0 ? null : Number(sumExact(costs))}
              costExact={costs.length === 0 ? null : sumExact(costs)}
              unpricedCalls={unpriced}
            />
            .
          </>
        )}
      </p>
      <section className="card" aria-label="Projects">
        <div className="toolbar">
          <span className="muted">{plural(rows.length, 'project')}</span>
          <span className="toolbar-space" />
          <CsvButton
            rows={() => rows}
            fields={csvFields(projectColumns('wide'))}
            fileName="projects.csv"
            disabled={!isComplete}
          />
        </div>
        <DataTable
          label="Projects"
          columns={columns}
          rows={session.data === undefined ? undefined : rows}
          rowId={({ project }) => project}
          rowHeight={44}
          sorting={{ sort, order, onSort }}
          onOpen={({ url }) => window.location.assign(url)}
        />
      </section>
      {session.data?.required === true && (
        <section className="card" aria-label="Add a project">
          <TokenForm
            className="card-body stack add-project"
            onSignedIn={() => {
              void client.invalidateQueries();
              void navigate({ to: '.', search: (now) => now, replace: true });
            }}
          >
            <h2>Add a project</h2>
            <p className="muted">
              Sign in with a token of another project to add it to this session. Signing out ends the session
              for all projects.
            </p>
          </TokenForm>
        </section>
      )}
    </div>
  );
}
