import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import {
  removeChannel,
  removeOldSecrets,
  rotateSecret,
  saveChannel,
  testChannel,
  type Channel,
  type TestAnswer,
} from '../../api/spend/alerts.ts';
import { useIsAdmin } from '../../api/session.ts';
import { plural } from '../../format/count.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MenuItem, MoreMenu } from '../../ui/overlay/menu.tsx';
import { ChannelDialog } from './channel-dialog.tsx';

/** Lists channels, with a test message for each and the signing secrets of webhooks. */
export function ChannelsCard({ channels }: { readonly channels: readonly Channel[] }): ReactElement {
  const isAdmin = useIsAdmin();
  const [editing, setEditing] = useState<Channel | 'new'>();
  const [secret, setSecret] = useState<string>();
  return (
    <section className="card" aria-label="Channels">
      <div className="card-head">
        <h2>Channels</h2>
        {isAdmin && (
          <button type="button" className="button" onClick={() => setEditing('new')}>
            <Icon name="plus" />
            Add channel
          </button>
        )}
      </div>
      {secret !== undefined && (
        <div className="card-body" role="status">
          <p>
            <strong>The signing secret, shown once.</strong> Your receiver needs it to verify messages.
          </p>
          <CodeBlock label="signing secret" text={secret} />
          <button type="button" className="button small" onClick={() => setSecret(undefined)}>
            I have saved it
          </button>
        </div>
      )}
      {channels.length === 0 && (
        <p className="card-body muted">
          No channel yet: webhook, Slack, Discord, Teams, PagerDuty or e-mail.
        </p>
      )}
      <ul className="row-list">
        {channels.map((channel) => (
          <ChannelRow
            key={channel.id}
            channel={channel}
            isAdmin={isAdmin}
            onEdit={() => setEditing(channel)}
            onSecret={setSecret}
          />
        ))}
      </ul>
      {editing !== undefined && (
        <ChannelDialog
          channel={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSecret={setSecret}
        />
      )}
    </section>
  );
}

function ChannelRow(props: {
  readonly channel: Channel;
  readonly isAdmin: boolean;
  readonly onEdit: () => void;
  readonly onSecret: (secret: string) => void;
}): ReactElement {
  const { channel, isAdmin, onEdit, onSecret } = props;
  const { id, name, type, enabled, host, to, digest, disabledReason, signingSecrets } = channel;
  const client = useQueryClient();
  const refresh = { onSuccess: () => client.invalidateQueries({ queryKey: ['live'] }) };
  const testing = useMutation({ mutationFn: () => testChannel(id) });
  const removing = useMutation({ mutationFn: () => removeChannel(id), ...refresh });
  const toggling = useMutation({
    mutationFn: () => saveChannel(id, { type, enabled: !enabled || disabledReason !== null }),
    ...refresh,
  });
  const rotating = useMutation({
    mutationFn: () => rotateSecret(id),
    onSuccess: async (made) => {
      if (made.secret !== null) onSecret(made.secret);
      await client.invalidateQueries({ queryKey: ['live', 'channels'] });
    },
  });
  const ending = useMutation({ mutationFn: () => removeOldSecrets(id), ...refresh });
  const failure = testing.error ?? removing.error ?? toggling.error ?? rotating.error ?? ending.error;
  const facts = [
    type,
    host,
    to.length > 0 ? `to ${to.join(', ')}` : undefined,
    digest === null ? undefined : `one digest a day at ${digest.at} ${digest.timeZone}`,
    signingSecrets > 1 ? plural(signingSecrets, 'signing secret') : undefined,
  ].filter((text) => text !== undefined && text !== null);
  return (
    <li>
      <div className="words">
        <div className="title">
          <strong>{name}</strong>
          {disabledReason !== null && <span className="badge bad">stopped</span>}
          {!enabled && <span className="badge">off</span>}
        </div>
        <p className="muted">{facts.join(' · ')}</p>
        {disabledReason !== null && <p className="bad">{disabledReason}</p>}
        {testing.data !== undefined && (
          <p role="status" className={testing.data.accepted ? 'good' : 'bad'}>
            {testText(testing.data)}
          </p>
        )}
        {failure !== null && (
          <p role="alert" className="bad">
            {reasonOf(failure)}
          </p>
        )}
      </div>
      {isAdmin && (
        <div className="actions">
          <button
            type="button"
            className="button small"
            disabled={testing.isPending}
            onClick={() => testing.mutate()}
          >
            {testing.isPending ? 'Sending…' : 'Send test'}
            <span className="hidden-visually"> to {name}</span>
          </button>
          <button type="button" className="button small" onClick={onEdit}>
            Edit<span className="hidden-visually"> {name}</span>
          </button>
          <MoreMenu label={`More for channel ${name}`}>
            <MenuItem onSelect={() => toggling.mutate()}>
              {enabled && disabledReason === null ? 'Turn off' : 'Turn on'}
            </MenuItem>
            {type === 'webhook' && (
              <MenuItem icon="refresh" onSelect={() => rotating.mutate()}>
                New signing secret
              </MenuItem>
            )}
            {type === 'webhook' && signingSecrets > 1 && (
              <MenuItem onSelect={() => ending.mutate()}>Remove old secrets</MenuItem>
            )}
            <MenuItem icon="trash" danger onSelect={() => removing.mutate()}>
              Delete
            </MenuItem>
          </MoreMenu>
        </div>
      )}
    </li>
  );
}

function testText({ accepted, status, answer }: TestAnswer): string {
  const details = [status, answer].filter(Boolean).join(' ');
  return accepted ? `Test accepted: ${details}` : `Test rejected: ${details === '' ? 'no answer' : details}`;
}
