import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { previewReprice, reprice } from '../../api/spend/prices.ts';
import { plural } from '../../format/count.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Changes } from './changes.tsx';
import { reloadFigures } from '../../api/figures.ts';

/** Recalculates past costs: first shows the changes, and applies them after confirmation. */
export function RepricePanel(): ReactElement {
  const client = useQueryClient();
  const preview = useMutation({ mutationFn: () => previewReprice() });
  const change = useMutation({
    mutationFn: () => reprice(),
    onSuccess: () => {
      preview.reset();
      return reloadFigures(client);
    },
  });
  const failure = preview.error ?? change.error;
  return (
    <section className="card" aria-label="Reprice">
      <div className="card-head">
        <h2>Reprice stored calls</h2>
        <button
          type="button"
          className="button"
          disabled={preview.isPending || change.isPending}
          onClick={() => {
            change.reset();
            preview.mutate();
          }}
        >
          {preview.isPending ? 'Calculating…' : 'Preview the difference'}
        </button>
      </div>
      <div className="card-body stack">
        {preview.data === undefined && change.data === undefined && (
          <p className="muted">
            Recalculates the cost of every stored call with the current prices and shows what would change.
            Nothing changes until you confirm.
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
