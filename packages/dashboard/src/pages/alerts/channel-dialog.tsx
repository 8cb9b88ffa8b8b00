import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { channelTypes, saveChannel, type Channel, type ChannelType } from '../../api/spend/alerts.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { SelectField } from '../../ui/form/select-field.tsx';

const labels: Readonly<Record<ChannelType, string>> = {
  webhook: 'Webhook (signed)',
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Microsoft Teams',
  pagerduty: 'PagerDuty',
  email: 'E-mail',
};

/** The secret field of each channel type. */
const secretFields: Readonly<
  Record<ChannelType, { readonly name: string; readonly label: string; readonly example: string }>
> = {
  webhook: { name: 'url', label: 'URL', example: 'https://example.com/hook' },
  slack: { name: 'url', label: 'URL of the incoming webhook', example: 'https://hooks.slack.com/services/…' },
  discord: { name: 'url', label: 'URL of the webhook', example: 'https://discord.com/api/webhooks/…' },
  teams: { name: 'url', label: 'URL of the workflow', example: 'https://….logic.azure.com/workflows/…' },
  pagerduty: { name: 'routingKey', label: 'Integration key', example: '32 letters and digits' },
  email: { name: 'smtp', label: 'SMTP server', example: 'smtp://user:password@mail.example.com:587' },
};

/** Adds or changes a channel. Secrets can be entered, but are never shown again. */
export function ChannelDialog(props: {
  readonly channel: Channel | undefined;
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}): ReactElement {
  const { channel, onClose, onSecret } = props;
  const [type, setType] = useState<ChannelType>(channel?.type ?? 'webhook');
  const [name, setName] = useState(channel?.name ?? '');
  const [secret, setSecret] = useState('');
  const [from, setFrom] = useState(channel?.from ?? '');
  const [to, setTo] = useState(channel?.to.join(', ') ?? '');
  const [at, setAt] = useState(channel?.digest?.at ?? '');
  const [timeZone, setTimeZone] = useState(channel?.digest?.timeZone ?? 'UTC');
  const client = useQueryClient();
  const field = secretFields[type];
  const saving = useMutation({
    mutationFn: () =>
      saveChannel(channel?.id, {
        type,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(secret.trim() === '' ? {} : { [field.name]: secret.trim() }),
        ...(type === 'email'
          ? {
              from: from.trim(),
              to: to
                .split(/[,\n]/u)
                .map((one) => one.trim())
                .filter((one) => one !== ''),
            }
          : {}),
        digest: at === '' ? null : { at, timeZone: timeZone.trim() },
      }),
    onSuccess: async (saved) => {
      if (saved.secret !== undefined) onSecret(saved.secret);
      await client.invalidateQueries({ queryKey: ['live', 'channels'] });
      onClose();
    },
  });
  return (
    <FormDialog
      title={channel === undefined ? 'Add channel' : 'Edit channel'}
      onClose={onClose}
      onSubmit={() => saving.mutate()}
      failure={saving.error === null ? undefined : reasonOf(saving.error)}
      actions={
        <button type="submit" className="button primary" disabled={saving.isPending}>
          {channel === undefined ? 'Add channel' : 'Save'}
        </button>
      }
    >
      <div className="form-grid">
        <SelectField
          label="Type"
          value={type}
          choices={channelTypes.map((key) => ({ key, label: labels[key] }))}
          onChoose={setType}
        />
        <Field label="Name" value={name} placeholder="On call" onText={setName} />
        <div className="whole">
          <Field
            label={channel === undefined ? field.label : `${field.label} (unchanged if empty)`}
            value={secret}
            autoComplete="off"
            placeholder={field.example}
            onText={setSecret}
          />
        </div>
        {type === 'email' && (
          <>
            <Field label="From" value={from} placeholder="alerts@example.com" onText={setFrom} />
            <Field label="To" value={to} placeholder="ops@example.com, cfo@example.com" onText={setTo} />
          </>
        )}
        <Field
          label="Daily digest at (if empty, messages are sent at once)"
          type="time"
          value={at}
          onText={setAt}
        />
        {at !== '' && <Field label="Time zone of the digest" value={timeZone} onText={setTimeZone} />}
      </div>
    </FormDialog>
  );
}
