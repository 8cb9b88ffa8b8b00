import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { pricesQuery, type Unpriced } from '../../api/spend/prices.ts';
import { useIsAdmin } from '../../api/session.ts';
import { plural } from '../../format/count.ts';
import { Ago } from '../../ui/time/ago.tsx';
import { CsvButton } from '../../list/csv-button.tsx';
import { plainFields } from '../../table/column.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { AddPrice } from './add-price.tsx';
import { CustomPrices } from './custom-prices.tsx';
import { FeedCard } from './feed-card.tsx';
import { ModelPriceCard } from './model-price.tsx';
import './prices.css';
import { RepricePanel } from './reprice-panel.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';

/** Shows models without a price, the price of any model, added prices, the recalculation of past costs, and the feed. */
export function PricesPage(): ReactElement {
  const prices = useQuery(pricesQuery());
  const isAdmin = useIsAdmin();
  const [adding, setAdding] = useState<Partial<Unpriced>>();
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Prices" />
        <h1>Prices</h1>
        {isAdmin && (
          <button type="button" className="button primary" onClick={() => setAdding({})}>
            <Icon name="plus" />
            Add price
          </button>
        )}
      </div>
      <p className="page-lead">
        Every call has the price of the time when it was made: a price that you add, otherwise the cost that
        the provider reports, otherwise the list price. A call without a price counts as unpriced, not as
        free.
      </p>
      {prices.isError && (
        <FailureNotice what="The prices" error={prices.error} onRetry={() => void prices.refetch()} />
      )}
      {prices.isPending && <SkeletonRows rows={4} />}
      {prices.data !== undefined && (
        <UnpricedList unpriced={prices.data.unpriced} onAdd={isAdmin ? setAdding : undefined} />
      )}
      <ModelPriceCard />
      {prices.data !== undefined && <CustomPrices prices={prices.data.data} />}
      {isAdmin && <RepricePanel />}
      {prices.data !== undefined && <FeedCard list={prices.data.list} feed={prices.data.feed} />}
      {adding !== undefined && <AddPrice unpriced={adding} onClose={() => setAdding(undefined)} />}
    </div>
  );
}

const csvOfUnpriced = plainFields<Unpriced>('provider', 'model', 'reason', 'calls', 'lastSeen');

function UnpricedList(props: {
  readonly unpriced: readonly Unpriced[];
  /** Undefined if the session may not make changes. */
  readonly onAdd: ((unpriced: Unpriced) => void) | undefined;
}): ReactElement {
  const { unpriced, onAdd } = props;
  return (
    <section className="card" aria-label="Unpriced">
      <div className="card-head">
        <h2>Unpriced</h2>
        <div className="row">
          <span className="faint">{unpriced.length === 0 ? 'none' : plural(unpriced.length, 'model')}</span>
          {unpriced.length > 0 && (
            <CsvButton
              rows={() => unpriced}
              fields={csvOfUnpriced}
              fileName="unpriced.csv"
              what="the unpriced models"
            />
          )}
        </div>
      </div>
      {unpriced.length === 0 ? (
        <p className="card-body muted">Every received call has a cost.</p>
      ) : (
        <ul className="price-list">
          {unpriced.map((one) => (
            <li key={`${one.provider} ${one.model} ${one.reason}`} className="price-row">
              <div className="price-words">
                <strong>{one.model ?? 'unknown model'}</strong> <span className="faint">{one.provider}</span>
                <p className="warn">{one.reason}</p>
              </div>
              <span className="muted number">{plural(one.calls, 'call')}</span>
              <span className="faint number price-when">
                <Ago time={one.lastSeen} />
              </span>
              {onAdd !== undefined && one.needsPrice && one.model !== null && (
                <button type="button" className="button" onClick={() => onAdd(one)}>
                  Add price
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
