import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { sessionQuery, useIsAdmin } from '../../api/session.ts';
import { summaryQuery } from '../../api/summary.ts';
import { addSample } from '../../api/user-changes.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Endpoints } from './endpoints.tsx';
import { SnippetTabs } from './snippet-tabs.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { reloadFigures } from '../../api/figures.ts';

const askAgainMs = 1500;

/** Shown on a new collector: how to send the first span, and a button for sample data. */
export function FirstSpan(): ReactElement {
  const client = useQueryClient();
  const session = useQuery(sessionQuery());
  const isAdmin = useIsAdmin();
  // Polls in addition to live events, in case a proxy delays these.
  useQuery({
    ...summaryQuery({}),
    queryKey: ['first-span'],
    refetchInterval: (query) => {
      if (query.state.data?.empty === false) {
        void client.invalidateQueries({ queryKey: ['live'] });
        return false;
      }
      return askAgainMs;
    },
  });
  const sample = useMutation({ mutationFn: addSample, onSuccess: () => reloadFigures(client) });
  return (
    <div className="page connect">
      <div className="first-head">
        <PageTitle title="Waiting for the first span" />
        <h1>See what each user costs</h1>
        <p className="page-lead">
          Send your application’s spans here. Users appear as they call a model, with their tokens and their
          exact cost.
        </p>
        <div className="first-wait" role="status">
          <span className="pulse" aria-hidden="true" />
          <span>Waiting for the first span</span>
          {isAdmin && (
            <button
              type="button"
              className="button"
              disabled={sample.isPending}
              onClick={() => sample.mutate()}
            >
              {sample.isPending ? 'Loading…' : 'Load sample data'}
            </button>
          )}
        </div>
        {sample.isError && (
          <p className="bad" role="alert">
            Sample data could not be loaded: {reasonOf(sample.error)}
          </p>
        )}
      </div>
      <Endpoints />
      <SnippetTabs keyRequired={session.data?.required === true} />
    </div>
  );
}
