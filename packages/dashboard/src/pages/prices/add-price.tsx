import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { addPrice, type Unpriced } from '../../api/prices.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { reasonOf } from '../../ui/failure-notice.tsx';
import { priceFields, readAmounts } from './price-fields.ts';

/** Gives a model a price. It counts for calls to come; the past is priced again on request. */
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
  const adding = useMutation({
    mutationFn: addPrice,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['live'] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (usdPerMillion === undefined) return;
    adding.mutate({
      model: model.trim(),
      usdPerMillion,
      ...(provider.trim() === '' ? {} : { provider: provider.trim() }),
      ...(from === '' ? {} : { from }),
    });
  };
  return (
    <Dialog title="Add price" onClose={onClose}>
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <div className="price-grid">
            <div className="field">
              <label htmlFor="price-model">Model</label>
              <input
                id="price-model"
                className="input"
                value={model}
                onChange={(event) => setModel(event.target.value)}
              />
            </div>
            <div className="field">
              <label htmlFor="price-provider">Provider (any, if empty)</label>
              <input
                id="price-provider"
                className="input"
                value={provider}
                onChange={(event) => setProvider(event.target.value)}
              />
            </div>
          </div>
          <fieldset className="price-amounts">
            <legend className="muted">US dollars per million tokens</legend>
            <div className="price-grid">
              {priceFields.map(({ name, label, hint }) => (
                <div key={name} className="field">
                  <label htmlFor={`price-${name}`}>{label}</label>
                  <input
                    id={`price-${name}`}
                    className="input number"
                    inputMode="decimal"
                    autoFocus={name === 'input' && model !== ''}
                    placeholder={hint}
                    value={amounts[name] ?? ''}
                    onChange={(event) => setAmounts({ ...amounts, [name]: event.target.value })}
                  />
                </div>
              ))}
              <div className="field">
                <label htmlFor="price-from">From (always, if empty)</label>
                <input
                  id="price-from"
                  className="input"
                  type="date"
                  value={from}
                  onChange={(event) => setFrom(event.target.value)}
                />
              </div>
            </div>
          </fieldset>
          {adding.isError && (
            <p className="bad" role="alert">
              {reasonOf(adding.error)}
            </p>
          )}
        </div>
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={model.trim() === '' || usdPerMillion === undefined || adding.isPending}
          >
            Add price
          </button>
        </div>
      </form>
    </Dialog>
  );
}
