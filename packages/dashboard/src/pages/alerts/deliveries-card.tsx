import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { deliveriesQuery, type AlertRule, type Channel, type Delivery } from '../../api/spend/alerts.ts';
import { plural } from '../../format/count.ts';
import { apiPath } from '../../api/request.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { plainFields, type CsvField } from '../../table/column.ts';
import { Ago } from '../../ui/time/ago.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { staleProps } from '../../ui/stale.ts';

const csvOfDeliveries: readonly CsvField<Delivery>[] = [
  ...plainFields<Delivery>(
    'at',
    'type',
    'title',
    'rule',
    'subject',
    'channel',
    'state',
    'attempts',
    'nextAttempt',
  ),
  { head: 'answer_status', value: ({ answer }) => answer?.status },
  { head: 'answer_text', value: ({ answer }) => answer?.text },
];

/** The history of all messages, with the last response of the receiver. */
export function DeliveriesCard(props: {
  readonly channels: readonly Channel[];
  readonly rules: readonly AlertRule[];
}): ReactElement {
  const { channels, rules } = props;
  const [channel, setChannel] = useState('');
  const [alert, setAlert] = useState('');
  const asked = { channel, alert };
  const list = useInfiniteQuery({ ...deliveriesQuery(asked), placeholderData: keepPreviousData });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const channelName = (id: string): string => channels.find((one) => one.id === id)?.name ?? id;
  return (
    <section className="card" aria-label="History and deliveries">
      <div className="card-head filtered-head">
        <h2>History and deliveries</h2>
        <div className="row wrap">
          <Choice label="Rule" value={alert} all="All rules" onChoose={setAlert} choices={rules} />
          <Choice
            label="Channel"
            value={channel}
            all="All channels"
            onChoose={setChannel}
            choices={channels}
          />
        </div>
        {rows.length > 0 && (
          <CsvButton
            rows={apiPath(['deliveries'], asked)}
            fields={csvOfDeliveries}
            fileName="deliveries.csv"
            what="the history"
          />
        )}
      </div>
      {list.isError && (
        <div className="card-body">
          <FailureNotice what="The history" error={list.error} onRetry={() => void list.refetch()} />
        </div>
      )}
      {list.data !== undefined && rows.length === 0 && <p className="card-body muted">No alert fired yet.</p>}
      <ul {...staleProps(list.isPlaceholderData, 'row-list')}>
        {rows.map((delivery) => (
          <li key={delivery.id}>
            <div className="words">
              <div className="title unwrapped">
                {/* Without a channel, nothing went wrong: the history is all that was asked for. */}
                <span className={`badge ${delivery.channel === null ? '' : badges[delivery.state]}`}>
                  {delivery.channel === null ? 'not sent' : delivery.state}
                </span>
                <span className="clamped" dir="auto" title={delivery.title}>
                  {delivery.title}
                </span>
              </div>
              <p className="muted">
                {answerText(delivery, delivery.channel === null ? undefined : channelName(delivery.channel))}
              </p>
            </div>
            <span className="faint number">
              <Ago time={delivery.at} />
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="card-body">
          <button
            type="button"
            className="button"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more
          </button>
        </div>
      )}
    </section>
  );
}

const badges: Readonly<Record<Delivery['state'], string>> = {
  pending: 'warn',
  delivered: '',
  failed: 'bad',
  dropped: 'bad',
  merged: '',
};

function answerText({ state, attempts, answer, nextAttempt }: Delivery, channel: string | undefined): string {
  const parts = channel === undefined ? [] : [channel];
  if (state === 'merged') parts.push('part of a digest');
  if (attempts > 0) parts.push(plural(attempts, 'attempt'));
  const text = [answer?.status, answer?.text].filter(Boolean).join(' ');
  if (answer !== null) parts.push(state === 'dropped' ? text : `answered ${text}`);
  if (nextAttempt !== null) parts.push(`next attempt ${new Date(nextAttempt).toLocaleTimeString()}`);
  return parts.join(' · ');
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly all: string;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
  readonly onChoose: (id: string) => void;
}): ReactElement {
  return (
    <select
      className="input narrow-select"
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onChoose(event.target.value)}
    >
      <option value="">{props.all}</option>
      {props.choices.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
