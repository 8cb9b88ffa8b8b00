import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { removePrice, type CustomPrice } from '../../api/spend/prices.ts';
import { formatPrice } from '../../format/money.ts';
import { plainValue } from '../../format/plain-value.ts';
import { useIsAdmin } from '../../api/session.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { CsvButton } from '../../list/csv-button.tsx';
import { plainFields, type CsvField } from '../../table/column.ts';
import { Icon } from '../../ui/icon.tsx';
import { priceFieldLabel } from './price-fields.ts';
import { reloadFigures } from '../../api/figures.ts';

const csvOfPrices: readonly CsvField<CustomPrice>[] = [
  ...plainFields<CustomPrice>('id', 'provider', 'model'),
  { head: 'from', value: ({ prices }) => prices['from'] },
  {
    head: 'usd_per_million',
    value: ({ prices }) => {
      const { from: _from, ...amounts } = prices;
      return JSON.stringify(amounts);
    },
  },
];

/** Lists the prices that were added to the project. */
export function CustomPrices({ prices }: { readonly prices: readonly CustomPrice[] }): ReactElement {
  const client = useQueryClient();
  const isAdmin = useIsAdmin();
  const removal = useMutation({
    mutationFn: removePrice,
    onSuccess: () => reloadFigures(client),
  });
  return (
    <section className="card" aria-label="Your prices">
      <div className="card-head">
        <h2>Your prices</h2>
        <div className="row">
          {removal.isError && <span className="bad">{reasonOf(removal.error)}</span>}
          {prices.length > 0 && (
            <CsvButton rows={() => prices} fields={csvOfPrices} fileName="prices.csv" what="your prices" />
          )}
        </div>
      </div>
      {prices.length === 0 ? (
        <p className="card-body muted">None yet. Costs come from the price list and the price feed.</p>
      ) : (
        <ul className="price-list">
          {prices.map((price) => (
            <li key={price.id} className="price-row">
              <div className="price-words">
                <strong>{price.model}</strong> <span className="faint">{price.provider}</span>
                <p className="muted">
                  {Object.entries(price.prices)
                    .filter(([field]) => field !== 'from')
                    .map(([field, amount]) => `${priceFieldLabel(field)} ${writeAmount(amount)}`)
                    .join(' · ')}
                  <span className="faint"> per million</span>
                </p>
              </div>
              <span className="faint price-when">
                {typeof price.prices['from'] === 'string' ? `from ${price.prices['from']}` : 'always'}
              </span>
              {isAdmin && (
                <button
                  type="button"
                  className="button quiet icon-only"
                  aria-label={`Remove the price of ${price.model}`}
                  disabled={removal.isPending}
                  onClick={() => removal.mutate(price.id)}
                >
                  <Icon name="trash" />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function writeAmount(amount: unknown): string {
  const isNumber = typeof amount === 'number' || (typeof amount === 'string' && amount.trim() !== '');
  return isNumber && Number.isFinite(Number(amount)) ? formatPrice(Number(amount)) : plainValue(amount);
}
