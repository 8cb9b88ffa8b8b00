import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { billers, saveExporter, type Exporter } from '../../api/spend/billing.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { SelectField } from '../../ui/form/select-field.tsx';

const labels: Readonly<Record<Exporter['type'], string>> = {
  'stripe-stream': 'Stripe, v2 stream',
  stripe: 'Stripe, single events',
  openmeter: 'OpenMeter',
  lago: 'Lago',
  orb: 'Orb',
  metronome: 'Metronome',
  webhook: 'Webhook (signed)',
};

/** Adds or changes an exporter. Its key can be entered, but is never shown again. */
export function ExporterDialog(props: {
  readonly exporter: Exporter | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const { exporter, onClose } = props;
  const [id, setId] = useState(exporter?.id ?? '');
  const [type, setType] = useState<Exporter['type']>(exporter?.type ?? 'stripe-stream');
  const [apiKey, setApiKey] = useState('');
  const [customer, setCustomer] = useState(exporter?.customer ?? 'prop:stripeCustomerId');
  const [measure, setMeasure] = useState<Exporter['measure']>(exporter?.measure ?? 'cost');
  const [unit, setUnit] = useState<Exporter['unit']>(exporter?.unit ?? 'cent');
  const [markUp, setMarkUp] = useState(exporter?.markUp ?? '1');
  const [eventName, setEventName] = useState(exporter?.eventName ?? 'llm_usage');
  const [url, setUrl] = useState(exporter?.url ?? '');
  const [minutes, setMinutes] = useState(String((exporter?.everySeconds ?? 3600) / 60));
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () =>
      saveExporter(id.trim(), {
        ...(exporter === undefined
          ? {}
          : { since: exporter.since, decimals: exporter.decimals, enabled: exporter.enabled }),
        type,
        customer: customer.trim(),
        measure,
        unit,
        markUp: markUp.trim(),
        eventName: eventName.trim(),
        everySeconds: Math.round(Number(minutes) * 60),
        ...(url.trim() === '' || (exporter !== undefined && type !== exporter.type)
          ? {}
          : { url: url.trim() }),
        ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['live'] });
      onClose();
    },
  });
  return (
    <FormDialog
      title={exporter === undefined ? 'Add exporter' : 'Edit exporter'}
      onClose={onClose}
      onSubmit={() => saving.mutate()}
      failure={saving.error === null ? undefined : reasonOf(saving.error)}
      actions={
        <button type="submit" className="button primary" disabled={saving.isPending || id.trim() === ''}>
          {exporter === undefined ? 'Add exporter' : 'Save'}
        </button>
      }
    >
      <div className="form-grid">
        <Field label="Id" value={id} placeholder="stripe" readOnly={exporter !== undefined} onText={setId} />
        <SelectField
          label="Billing system"
          value={type}
          choices={billers.map((key) => ({ key, label: labels[key] }))}
          onChoose={setType}
        />
        <Field
          label={exporter === undefined ? 'API key' : 'API key (unchanged if empty)'}
          value={apiKey}
          type="password"
          autoComplete="off"
          onText={setApiKey}
        />
        <Field label="Event or meter name" value={eventName} onText={setEventName} />
        <Field
          label="Customer: user, group or prop:NAME"
          value={customer}
          placeholder="prop:stripeCustomerId"
          onText={setCustomer}
        />
        <SelectField
          label="Measure"
          value={measure}
          choices={(['cost', 'tokens', 'calls'] as const).map((key) => ({ key, label: key }))}
          onChoose={setMeasure}
        />
        <SelectField
          label="Unit of cost"
          value={unit}
          choices={[
            { key: 'usd', label: 'US dollar' },
            { key: 'cent', label: 'cent' },
            { key: 'microusd', label: 'millionth of a dollar' },
          ]}
          onChoose={setUnit}
        />
        <Field label="Mark-up factor" value={markUp} inputMode="decimal" onText={setMarkUp} />
        <Field
          label="Interval in minutes (0: by command only)"
          value={minutes}
          inputMode="numeric"
          onText={setMinutes}
        />
        <Field label="Base URL (default if empty)" value={url} placeholder="https://…" onText={setUrl} />
      </div>
    </FormDialog>
  );
}
