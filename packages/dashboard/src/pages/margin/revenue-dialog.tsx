import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import {
  importStripe,
  removeRevenueSource,
  revenueSourcesQuery,
  saveRevenueProperty,
  saveStripeRevenue,
  uploadRevenue,
  type RevenueImport,
} from '../../api/spend/margin.ts';
import { formatCount, plural } from '../../format/count.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { SelectField } from '../../ui/form/select-field.tsx';
import { reloadFigures } from '../../api/figures.ts';

type Source = 'csv' | 'property' | 'stripe';
const bys = [
  { key: 'user', label: 'users' },
  { key: 'group', label: 'groups' },
] as const;

/** Sets the source of revenue: a file, a property of users, or invoices of Stripe. */
export function RevenueDialog(props: { readonly month: string; readonly onClose: () => void }): ReactElement {
  const { month, onClose } = props;
  const sources = useQuery(revenueSourcesQuery());
  const [source, setSource] = useState<Source>('csv');
  const [csv, setCsv] = useState('');
  const [name, setName] = useState('');
  const [by, setBy] = useState<'user' | 'group'>('user');
  const [apiKey, setApiKey] = useState('');
  const [customer, setCustomer] = useState('prop:stripeCustomerId');
  const client = useQueryClient();
  const refresh = { onSuccess: () => reloadFigures(client) };
  const known = sources.data;
  const saving = useMutation({
    mutationFn: async (): Promise<RevenueImport | undefined> => {
      if (source === 'csv') return uploadRevenue(csv);
      if (source === 'property') {
        await saveRevenueProperty({ name: name.trim(), by });
        return undefined;
      }
      if (apiKey.trim() !== '' || known?.stripe == null) {
        await saveStripeRevenue({
          by,
          customer: customer.trim(),
          ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
        });
      }
      return importStripe(month);
    },
    ...refresh,
  });
  const removing = useMutation({ mutationFn: removeRevenueSource, ...refresh });
  const failure = saving.error ?? removing.error;
  const labels: Readonly<Record<Source, string>> = {
    csv: 'Upload',
    property: 'Use this property',
    stripe: `Import invoices of ${month}`,
  };
  return (
    <FormDialog
      title="Revenue"
      onClose={onClose}
      onSubmit={() => saving.mutate()}
      failure={failure === null ? undefined : reasonOf(failure)}
      actions={
        <>
          {(source === 'property' ? known?.property : source === 'stripe' ? known?.stripe : null) != null && (
            <button
              type="button"
              className="button danger"
              disabled={removing.isPending}
              onClick={() => removing.mutate(source === 'property' ? 'property' : 'stripe')}
            >
              Stop using it
            </button>
          )}
          <button type="submit" className="button primary" disabled={saving.isPending}>
            {saving.isPending ? 'Working…' : labels[source]}
          </button>
        </>
      }
    >
      <Segments
        label="Revenue sources"
        value={source}
        choices={[
          { key: 'csv', label: 'CSV file' },
          { key: 'property', label: 'Property' },
          { key: 'stripe', label: 'Stripe' },
        ]}
        onChange={setSource}
      />
      {source === 'csv' && (
        <>
          <p className="muted">
            Columns <code>user</code> or <code>group</code>, <code>month</code> (2026-11) and <code>usd</code>
            . A later amount for the same customer and month replaces the earlier one.
          </p>
          <input
            type="file"
            aria-label="CSV file"
            accept=".csv,text/csv"
            onChange={(event) => void event.target.files?.[0]?.text().then(setCsv)}
          />
          <textarea
            className="input mono"
            aria-label="Or the text of the file"
            rows={6}
            placeholder={`user,month,usd\nu42,${month},29.00`}
            value={csv}
            onChange={(event) => setCsv(event.target.value)}
          />
        </>
      )}
      {source === 'property' && (
        <>
          <p className="muted">
            A property that says what a user or its group pays a month, in US dollars. An uploaded or imported
            amount for the same month beats it.
            {known?.property != null &&
              ` In use: ${known.property.name} of ${known.property.by === 'user' ? 'users' : 'groups'}.`}
          </p>
          <div className="form-grid">
            <Field label="Property" value={name} placeholder="mrr" onText={setName} />
            <SelectField label="Is the monthly revenue of" value={by} choices={bys} onChoose={setBy} />
          </div>
        </>
      )}
      {source === 'stripe' && (
        <>
          <p className="muted">
            Paid invoices of the month, less refunds by credit note, in US dollars. A restricted key that may
            read invoices is enough.
            {known?.stripe != null && ` In use: ${known.stripe.customer}.`}
          </p>
          <div className="form-grid">
            <Field
              label={known?.stripe == null ? 'API key' : 'API key (unchanged if empty)'}
              type="password"
              autoComplete="off"
              value={apiKey}
              onText={setApiKey}
            />
            <Field label="Customer: prop:NAME or metadata:KEY" value={customer} onText={setCustomer} />
            <SelectField label="Revenue of" value={by} choices={bys} onChoose={setBy} />
          </div>
        </>
      )}
      {saving.isSuccess && <Imported result={saving.data} />}
    </FormDialog>
  );
}

function Imported({ result }: { readonly result: RevenueImport | undefined }): ReactElement {
  if (result === undefined) return <p role="status">Saved.</p>;
  const skipped = result.skipped ?? [];
  return (
    <div role="status">
      <p>{plural(result.written, 'amount')} written.</p>
      {skipped.length > 0 && (
        <>
          <p className="warn">{formatCount(skipped.length)} not counted:</p>
          <ul>
            {skipped.slice(0, 10).map(({ what, reason }) => (
              <li key={what} className="muted">
                {what}: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
