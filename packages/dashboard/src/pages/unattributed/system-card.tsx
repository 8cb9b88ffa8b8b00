import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useIsAdmin } from '../../api/session.ts';
import type { Summary } from '../../api/summary.ts';
import { plural } from '../../format/count.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Cost } from '../../ui/money.tsx';
import '../../ui/row-list.css';
import { Ago } from '../../ui/time/ago.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { reloadFigures } from '../../api/figures.ts';
import type { Answer } from '../../api/answer.ts';
import { apiPath, getJson, sendJson } from '../../api/request.ts';

/** Lists services whose calls without a user count as system, with a button to undo that. */
export function SystemCard(props: {
  readonly usage: Summary['systemBy'];
  readonly shared: SharedSearch;
}): ReactElement | null {
  const { usage, shared } = props;
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const services = useQuery(systemServicesQuery());
  const undo = useMutation({ mutationFn: removeSystemService, onSuccess: () => reloadFigures(client) });
  const listed = services.data?.data ?? [];
  if (listed.length === 0) return null;
  return (
    <section className="card" aria-label="System">
      <div className="card-head">
        <h2>System</h2>
        <span className="faint">calls of these services that need no user</span>
      </div>
      {undo.error !== null && (
        <p className="card-body bad" role="alert">
          {reasonOf(undo.error)}
        </p>
      )}
      <ul className="row-list">
        {listed.map(({ service, since }) => {
          const used = usage.find((each) => each.service === service);
          return (
            <li key={service}>
              <div className="words">
                <div className="title">
                  <strong className="truncate" dir="auto">
                    {service}
                  </strong>
                </div>
                <p className="muted">
                  since <Ago time={since} />
                </p>
              </div>
              <span className="source-figures">
                <Link
                  to="/unattributed"
                  search={{ ...shared, service: [service] }}
                  hash="calls"
                  className="link"
                >
                  {plural(used?.calls ?? 0, 'call')}
                </Link>
                {used !== undefined && <Cost of={used} />}
              </span>
              {isAdmin && (
                <span className="actions">
                  <button
                    type="button"
                    className="button small"
                    disabled={undo.isPending}
                    aria-label={`Undo: ${service} is not a system service`}
                    onClick={() => undo.mutate(service)}
                  >
                    Undo
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A button to count a service as system; nothing if the session may not make changes. */
export function MarkAsSystem({ service }: { readonly service: string }): ReactElement | null {
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const mark = useMutation({ mutationFn: addSystemService, onSuccess: () => reloadFigures(client) });
  if (!isAdmin) return null;
  return (
    <>
      <button
        type="button"
        className="button small"
        disabled={mark.isPending}
        data-tip="Its calls without a user become system calls: they disappear from this page and count as covered. You can undo this."
        onClick={() => mark.mutate(service)}
      >
        Mark as a system service
      </button>
      {mark.error !== null && (
        <span className="bad" role="alert">
          {reasonOf(mark.error)}
        </span>
      )}
    </>
  );
}

/** The query for services whose calls without a user count as system. */
function systemServicesQuery() {
  return queryOptions({
    queryKey: ['live', 'system-services'],
    queryFn: ({ signal }) => getJson<Answer<'listSystemServices'>>(apiPath(['system-services']), signal),
  });
}

function addSystemService(service: string): Promise<unknown> {
  return sendJson('PUT', apiPath(['system-services', service]));
}

function removeSystemService(service: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['system-services', service]));
}
