import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type ReactNode } from 'react';
import {
  reconciliationQuery,
  removeExporter,
  runExporter,
  saveExporter,
  type Exporter,
  type MeterRun,
  type Reconciliation,
} from '../../api/spend/billing.ts';
import { formatCount, plural } from '../../format/count.ts';
import { formatExact, formatMoney } from '../../format/money.ts';
import { FailureNotice, reasonOf } from '../../ui/page/failure-notice.tsx';
import { MenuItem, MoreMenu } from '../../ui/overlay/menu.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { Tip } from '../../ui/tip/tip.tsx';

const maxLines = 20;

/** One exporter: totals, lines with differences, and a dry run. Without `onEdit` it is read-only. */
export function ExporterCard(props: {
  readonly exporter: Exporter;
  readonly onEdit: (() => void) | undefined;
}): ReactElement {
  const { exporter, onEdit } = props;
  const { id, type, enabled, customer, measure, markUp, since, everySeconds } = exporter;
  const client = useQueryClient();
  const sums = useQuery(reconciliationQuery(id));
  const refresh = { onSuccess: () => client.invalidateQueries({ queryKey: ['live'] }) };
  const running = useMutation({ mutationFn: (dryRun: boolean) => runExporter(id, dryRun), ...refresh });
  const removing = useMutation({ mutationFn: () => removeExporter(id), ...refresh });
  const toggling = useMutation({
    mutationFn: () => saveExporter(id, { ...exporter, enabled: !enabled }),
    ...refresh,
  });
  const failure = running.error ?? removing.error ?? toggling.error;
  const facts = [
    type,
    `${measure} of each ${customer.startsWith('prop:') ? customer.slice(5) : customer}`,
    markUp === '1' ? undefined : `× ${markUp}`,
    `since ${since}`,
    everySeconds === 0 ? 'by command' : `every ${plural(Math.round(everySeconds / 60), 'minute')}`,
  ].filter((text) => text !== undefined);
  return (
    <section className="card" aria-label={id}>
      <div className="card-head">
        <div>
          <h2>
            {id} {!enabled && <span className="badge">off</span>}
          </h2>
          <span className="muted">{facts.join(' · ')}</span>
        </div>
        {onEdit !== undefined && (
          <div className="row">
            <button
              type="button"
              className="button small"
              disabled={running.isPending}
              onClick={() => running.mutate(true)}
            >
              Dry run<span className="hidden-visually"> of {id}</span>
            </button>
            <button
              type="button"
              className="button small"
              disabled={running.isPending}
              onClick={() => running.mutate(false)}
            >
              Send now<span className="hidden-visually"> to {id}</span>
            </button>
            <MoreMenu label={`More for exporter ${id}`}>
              <MenuItem onSelect={onEdit}>Edit</MenuItem>
              <MenuItem onSelect={() => toggling.mutate()}>{enabled ? 'Turn off' : 'Turn on'}</MenuItem>
              <MenuItem icon="trash" danger onSelect={() => removing.mutate()}>
                Delete
              </MenuItem>
            </MoreMenu>
          </div>
        )}
      </div>
      {failure !== null && (
        <p className="card-body bad" role="alert">
          {reasonOf(failure)}
        </p>
      )}
      {running.data !== undefined && <RunResult run={running.data} exporter={exporter} />}
      {sums.isError && (
        <div className="card-body">
          <FailureNotice what="The reconciliation" error={sums.error} onRetry={() => void sums.refetch()} />
        </div>
      )}
      {sums.data !== undefined && <Sums sums={sums.data} exporter={exporter} />}
    </section>
  );
}

function RunResult({ run, exporter }: { readonly run: MeterRun; readonly exporter: Exporter }): ReactElement {
  return (
    <div className="card-body stack tight" role="status">
      <p>
        {run.dryRun
          ? `${plural(run.made, 'event')} would be sent.`
          : `${plural(run.sent, 'event')} sent, ${formatCount(run.pending)} waiting.`}
        {run.problem !== null && <span className="bad"> {run.problem}</span>}
      </p>
      {run.dryRun && run.events.length > 0 && (
        <Lines
          head={['Customer', 'Day', 'Model', 'Amount']}
          rows={run.events
            .slice(0, maxLines)
            .map((event) => [event.customer, event.day, event.model, amount(event.amount, exporter)])}
        />
      )}
    </div>
  );
}

function Sums({
  sums,
  exporter,
}: {
  readonly sums: Reconciliation;
  readonly exporter: Exporter;
}): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const { owed, sent, difference, states } = sums;
  const isEven = difference === '0';
  const lines = [...sums.lines].sort(
    (a, b) => Math.abs(Number(b.difference)) - Math.abs(Number(a.difference)) || (a.day < b.day ? 1 : -1),
  );
  const unassigned = lines.filter(({ customer }) => customer === null).length;
  return (
    <div className="card-body stack tight">
      <dl className="facts">
        <dt>Owed</dt>
        <dd>{amount(owed, exporter)}</dd>
        <dt>Sent</dt>
        <dd>{amount(sent, exporter)}</dd>
        <dt>Difference</dt>
        <dd className={isEven ? 'good' : 'warn'}>{isEven ? 'none' : amount(difference, exporter)}</dd>
        <dt>Events</dt>
        <dd>
          {Object.entries(states)
            .map(([state, count]) => `${formatCount(count)} ${state}`)
            .join(', ') || 'none yet'}
        </dd>
      </dl>
      {unassigned > 0 && (
        <p className="warn">{plural(unassigned, 'line')} of usage without a customer: not sent to anybody.</p>
      )}
      {lines.length > 0 && (
        <div>
          <button
            type="button"
            className="button quiet small"
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? 'Hide lines' : `Show ${plural(lines.length, 'line')}`}
          </button>
        </div>
      )}
      {isOpen && (
        <Lines
          head={['Customer', 'Day', 'Model', 'Owed', 'Sent', 'Difference']}
          rows={lines
            .slice(0, 200)
            .map((line) => [
              line.customer ?? 'no customer',
              line.day,
              line.model,
              amount(line.owed, exporter),
              amount(line.sent, exporter),
              amount(line.difference, exporter),
            ])}
        />
      )}
    </div>
  );
}

/** An amount in the unit of the exporter, with all digits in the tooltip. */
function amount(decimal: string, { measure, unit }: Exporter): ReactNode {
  const text = measure === 'cost' && unit === 'usd' ? formatMoney(decimal) : formatExact(decimal);
  const unitText = measure === 'cost' ? (unit === 'usd' ? '' : ` ${unit}`) : ` ${measure}`;
  return (
    <Tip text={`${decimal} ${measure === 'cost' ? unit : measure}`}>
      {text}
      {unitText}
    </Tip>
  );
}

function Lines(props: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
}): ReactElement {
  const { head, rows } = props;
  return (
    <ScrollRegion className="table-scroll" label="Lines">
      <table className="plain-table">
        <thead>
          <tr>
            {head.map((name, at) => (
              <th key={name} scope="col" className={at > 2 ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, at) => (
                <td key={head[at]} className={at > 2 ? 'number' : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
