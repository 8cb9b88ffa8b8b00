import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { reprice, type Repricing } from '../../api/prices.ts';
import { formatCount, plural } from '../../format/count.ts';
import { reasonOf } from '../../ui/failure-notice.tsx';
import { Difference, Exact } from './difference.tsx';

/** Prices the past again: first what would change, and only then, on agreement, the change. */
export function RepricePanel(): ReactElement {
  const client = useQueryClient();
  const preview = useMutation({ mutationFn: () => reprice(true) });
  const change = useMutation({
    mutationFn: () => reprice(false),
    onSuccess: () => {
      preview.reset();
      return client.invalidateQueries({ queryKey: ['live'] });
    },
  });
  const failure = preview.error ?? change.error;
  return (
    <section className="card" aria-label="Reprice">
      <div className="card-head">
        <h2>Reprice the past</h2>
        <button
          type="button"
          className="button"
          disabled={preview.isPending || change.isPending}
          onClick={() => {
            change.reset();
            preview.mutate();
          }}
        >
          {preview.isPending ? 'Working it out…' : 'See the difference'}
        </button>
      </div>
      <div className="card-body stack">
        {preview.data === undefined && change.data === undefined && (
          <p className="muted">
            Works out every stored call by today’s prices and shows what would change. Nothing changes until
            you agree.
          </p>
        )}
        {failure !== null && (
          <p className="bad" role="alert">
            {reasonOf(failure)}
          </p>
        )}
        {change.data !== undefined && (
          <p className="good" role="status">
            {plural(change.data.changed, 'call')} priced again.
          </p>
        )}
        {preview.data !== undefined && (
          <>
            <Changes repricing={preview.data} />
            {preview.data.changed > 0 && (
              <div className="row">
                <button
                  type="button"
                  className="button primary"
                  disabled={change.isPending}
                  onClick={() => change.mutate()}
                >
                  {change.isPending ? 'Repricing…' : `Reprice ${plural(preview.data.changed, 'call')}`}
                </button>
                <button type="button" className="button" onClick={() => preview.reset()}>
                  Leave it
                </button>
              </div>
            )}
          </>
        )}
      </div>
    </section>
  );
}

function Changes({ repricing }: { readonly repricing: Repricing }): ReactElement {
  const { calls, changed, before, after, models } = repricing;
  if (changed === 0) return <p>All {formatCount(calls)} calls cost the same by today’s prices.</p>;
  return (
    <table className="reprice-table">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col" className="number">
            Calls
          </th>
          <th scope="col" className="number">
            Now
          </th>
          <th scope="col" className="number">
            Then
          </th>
          <th scope="col" className="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr key={model.model}>
            <td>{model.model}</td>
            <td className="number">{formatCount(model.calls)}</td>
            <td className="number">
              <Exact amount={model.before} />
            </td>
            <td className="number">
              <Exact amount={model.after} />
            </td>
            <td className="number">
              <Difference before={model.before} after={model.after} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <td className="number">{formatCount(changed)}</td>
          <td className="number">
            <Exact amount={before} />
          </td>
          <td className="number">
            <Exact amount={after} />
          </td>
          <td className="number">
            <Difference before={before} after={after} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
