import type { ReactElement } from 'react';
import type { Prices } from '../../api/spend/prices.ts';
import { plural } from '../../format/count.ts';
import { Ago } from '../../ui/time/ago.tsx';

/** Shows the price list of this version and the newer prices of the feed. */
export function FeedCard({ list, feed }: Pick<Prices, 'list' | 'feed'>): ReactElement {
  const { source, lookedAt, error, inUse } = feed;
  const isOff = source === null && inUse === null;
  return (
    <section className="card" aria-label="Price feed">
      <div className="card-head">
        <h2>Price feed</h2>
        <span className="faint">{isOff ? 'off' : error === null ? 'fresh' : 'last valid prices in use'}</span>
      </div>
      <div className="card-body">
        <dl className="feed-facts">
          <dt>Price list</dt>
          <dd>of {list.day}, part of this version</dd>
          {inUse !== null && (
            <>
              <dt>Feed</dt>
              <dd>
                {plural(inUse.models, 'price')} of {inUse.day}, {inUse.format}, from {inUse.source}
              </dd>
              <dt>SHA-256</dt>
              <dd className="mono feed-hash">{inUse.sha256}</dd>
            </>
          )}
          {lookedAt !== null && (
            <>
              <dt>Last checked</dt>
              <dd>
                <Ago time={lookedAt} />
              </dd>
            </>
          )}
        </dl>
        {error !== null && (
          <p className="warn feed-error" role="status">
            {error}
          </p>
        )}
        {isOff && (
          <p className="muted">
            To get prices of new models, start with <code>--price-feed URL</code>, or run{' '}
            <code>userspan prices update</code> once.
          </p>
        )}
      </div>
    </section>
  );
}
