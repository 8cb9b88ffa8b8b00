import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { collectorQuery, differencesQuery, healthQuery, type PartHealth } from '../../api/collector.ts';
import { useIsAdmin } from '../../api/session.ts';
import { formatBytes, plural } from '../../format/count.ts';
import { FailureNotice, reasonOf } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { partName, partsOf } from './health-parts.ts';

/** The health of the collector: waiting, lost and stored spans, and whether all sums are right. */
export function CollectorPage(): ReactElement {
  const health = useQuery(healthQuery());
  const parts = partsOf(health.data ?? {});
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Collector" />
        <h1>Collector</h1>
      </div>
      {health.isError && (
        <FailureNotice what="The health" error={health.error} onRetry={() => void health.refetch()} />
      )}
      {health.isPending && <SkeletonRows rows={4} />}
      {parts.length > 0 && (
        <section className="card" aria-label="Health">
          <div className="card-head">
            <h2>Health</h2>
            <span className="faint">updated every five seconds</span>
          </div>
          <dl className="card-body facts">
            {parts.map(([name, part]) => (
              <Part key={name} name={name} part={part} />
            ))}
          </dl>
        </section>
      )}
      <Settings />
      <Sums />
    </div>
  );
}

function Part({ name, part }: { readonly name: string; readonly part: PartHealth }): ReactElement {
  return (
    <>
      <dt>{partName(name)}</dt>
      <dd>
        <strong className={part.state === 'ok' ? '' : 'bad'}>{part.state}</strong>
        <span className="muted"> {detailOf(part)}</span>
      </dd>
    </>
  );
}

function detailOf(part: PartHealth): string {
  const { message, lagBytes, bytes, limitBytes, refusedItems, differences } = part;
  return [
    message,
    lagBytes === undefined ? undefined : lagBytes === 0 ? 'no backlog' : `${formatBytes(lagBytes)} wait`,
    bytes === undefined || limitBytes === undefined
      ? undefined
      : `${formatBytes(bytes)} of ${formatBytes(limitBytes)} used`,
    refusedItems ? `${plural(refusedItems, 'item')} refused by the receiver` : undefined,
    differences ? `${plural(differences, 'sum')} wrong` : undefined,
  ]
    .filter((text) => text !== undefined)
    .join(' · ');
}

const claimedModes = {
  ignore: 'excluded from all sums',
  separate: 'shown separately from the sums',
  count: 'included in the sums',
} as const;

function Settings(): ReactElement | null {
  const { data } = useQuery(collectorQuery());
  if (data === undefined) return null;
  const limits = [
    data.retentionDays === null ? undefined : plural(data.retentionDays, 'day'),
    data.retentionBytes === null ? undefined : formatBytes(data.retentionBytes),
  ].filter((limit) => limit !== undefined);
  return (
    <section className="card" aria-label="Settings">
      <div className="card-head">
        <h2>Settings</h2>
      </div>
      <dl className="card-body facts">
        <dt>Project</dt>
        <dd>{data.project}</dd>
        <dt>Version</dt>
        <dd>{data.version}</dd>
        <dt>Retention</dt>
        <dd>
          {limits.length === 0 ? (
            <>
              Calls are kept. <code className="flag">--retention-days</code> and{' '}
              <code className="flag">--retention-size</code> set limits.
            </>
          ) : (
            `Calls are deleted after ${limits.join(' or above ')}.`
          )}
        </dd>
        <dt>Prompts and answers</dt>
        <dd>
          {data.keepsContent ? (
            <>
              stored (<code className="flag">--content</code>)
            </>
          ) : (
            'not stored'
          )}
        </dd>
        <dt>Claimed calls (from browsers)</dt>
        <dd>{claimedModes[data.claimed]}</dd>
      </dl>
    </section>
  );
}

/** The check of sums that `userspan doctor` also makes. It starts with a click, because it reads everything. */
function Sums(): ReactElement | null {
  const isAdmin = useIsAdmin();
  const check = useQuery(differencesQuery());
  if (!isAdmin) return null;
  return (
    <section className="card" aria-label="Check of all sums">
      <div className="card-head">
        <h2>Check of all sums</h2>
        <button
          type="button"
          className="button"
          disabled={check.isFetching}
          onClick={() => void check.refetch()}
        >
          <Icon name="refresh" />
          {check.isFetching ? 'Checking…' : 'Check now'}
        </button>
      </div>
      <p className="card-body muted" role="status">
        {check.isError ? (
          <span className="bad">{reasonOf(check.error)}</span>
        ) : check.data === undefined ? (
          'Compares every sum with its calls.'
        ) : check.data.data.length === 0 ? (
          'Every sum equals the sum of its calls.'
        ) : (
          <span className="bad">
            {plural(check.data.data.length, 'sum')} wrong. userspan doctor --repair corrects them.
          </span>
        )}
      </p>
    </section>
  );
}
