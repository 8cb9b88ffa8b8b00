import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { addPrice, previewReprice, reprice, type NewPrice, type Unpriced } from '../../api/spend/prices.ts';
import { plural } from '../../format/count.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { Changes } from './changes.tsx';
import { priceFields, readAmounts } from './price-fields.ts';
import { reloadFigures } from '../../api/figures.ts';

/**
 * Adds a price for a model. Shows first what it would change for past calls, and applies it after confirmation to new
 * calls only or also to past ones.
 */
export function AddPrice(props: {
  readonly unpriced: Partial<Unpriced>;
  readonly onClose: () => void;
}): ReactElement {
  const { unpriced, onClose } = props;
  const [model, setModel] = useState(unpriced.model ?? '');
  const [provider, setProvider] = useState(unpriced.provider ?? '');
  const [from, setFrom] = useState('');
  const [amounts, setAmounts] = useState<Readonly<Record<string, string>>>({});
  const client = useQueryClient();
  const usdPerMillion = readAmounts(amounts);
  const price: NewPrice | undefined =
    usdPerMillion === undefined || model.trim() === ''
      ? undefined
      : {
          model: model.trim(),
          usdPerMillion,
          ...(provider.trim() === '' ? {} : { provider: provider.trim() }),
          ...(from === '' ? {} : { from }),
        };
  const preview = useMutation({ mutationFn: previewReprice });
  const adding = useMutation({
    mutationFn: async (added: { readonly price: NewPrice; readonly past: boolean }) => {
      const { id } = await addPrice(added.price);
      if (added.past) await reprice(id);
    },
    onSuccess: async () => {
      await reloadFigures(client);
      onClose();
    },
  });
  const failure = preview.error ?? adding.error;
  const changed = preview.data?.changed ?? 0;
  const actions =
    preview.data === undefined || price === undefined ? (
      <button type="submit" className="button primary" disabled={price === undefined || preview.isPending}>
        {preview.isPending ? 'Calculating…' : 'Preview the difference'}
      </button>
    ) : (
      <>
        {changed > 0 && (
          <button
            type="button"
            className="button"
            disabled={adding.isPending}
            onClick={() => adding.mutate({ price, past: false })}
          >
            For future calls only
          </button>
        )}
        <button
          type="button"
          className="button primary"
          disabled={adding.isPending}
          onClick={() => adding.mutate({ price, past: changed > 0 })}
        >
          {changed > 0 ? `Add and reprice ${plural(changed, 'call')}` : 'Add price'}
        </button>
      </>
    );
  return (
    <FormDialog
      title="Add price"
      onClose={onClose}
      onSubmit={() => {
        if (price !== undefined) preview.mutate(price);
      }}
      onChange={() => preview.reset()}
      failure={failure === null ? undefined : reasonOf(failure)}
      actions={actions}
    >
      <div className="price-grid">
        <Field label="Model" value={model} onText={setModel} />
        <Field label="Provider (any if empty)" value={provider} onText={setProvider} />
      </div>
      <fieldset className="price-amounts">
        <legend className="muted">US dollars per million tokens</legend>
        <div className="price-grid">
          {priceFields.map(({ name, label, hint }) => (
            <Field
              key={name}
              label={label}
              className="number"
              inputMode="decimal"
              data-first={name === 'input' && unpriced.model != null ? true : undefined}
              placeholder={hint}
              value={amounts[name] ?? ''}
              onText={(text) => setAmounts({ ...amounts, [name]: text })}
            />
          ))}
          <Field label="From (all dates if empty)" type="date" value={from} onText={setFrom} />
        </div>
      </fieldset>
      {preview.data !== undefined && (
        <div role="status">
          {changed === 0 ? (
            <p className="muted">No stored call would change. The price applies to future calls.</p>
          ) : (
            <Changes repricing={preview.data} />
          )}
        </div>
      )}
    </FormDialog>
  );
}
