import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { exportersQuery, type Exporter } from '../../api/spend/billing.ts';
import { useIsAdmin } from '../../api/session.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import '../../ui/row-list.css';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { ExporterCard } from './exporter-card.tsx';
import { ExporterDialog } from './exporter-dialog.tsx';
import { UsageDownload } from './usage-download.tsx';

/** The exporters, which send usage to billing systems: what was sent, what is owed, and the exact difference. */
export function BillingPage(): ReactElement {
  const isAdmin = useIsAdmin();
  const exporters = useQuery(exportersQuery());
  const [editing, setEditing] = useState<Exporter | 'new'>();
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Billing" />
        <h1>Billing</h1>
        {isAdmin && (
          <button type="button" className="button primary" onClick={() => setEditing('new')}>
            <Icon name="plus" />
            Add exporter
          </button>
        )}
      </div>
      <p className="page-lead">
        An exporter sends the usage of each customer by day and model. Late and repriced calls are sent as
        differences, so that the total sent equals the total owed.
      </p>
      {exporters.isError && (
        <FailureNotice
          what="The exporters"
          error={exporters.error}
          onRetry={() => void exporters.refetch()}
        />
      )}
      {exporters.isPending && <SkeletonRows rows={3} />}
      {exporters.data?.data.length === 0 && (
        <section className="card nothing">
          <strong>No exporter yet.</strong>
          <span>Stripe, OpenMeter, Lago, Orb, Metronome, or your own webhook.</span>
        </section>
      )}
      {exporters.data?.data.map((exporter) => (
        <ExporterCard
          key={exporter.id}
          exporter={exporter}
          onEdit={isAdmin ? () => setEditing(exporter) : undefined}
        />
      ))}
      <UsageDownload />
      {editing !== undefined && (
        <ExporterDialog
          exporter={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}
