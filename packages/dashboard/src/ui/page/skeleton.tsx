import type { ReactElement } from 'react';

/** A placeholder for a value, about as wide as the value. */
export function Skeleton({ width = 64 }: { readonly width?: number | string }): ReactElement {
  return <span className="skeleton" style={{ width }} aria-hidden="true" />;
}

/** Placeholders for the rows of a list that is loading. */
export function SkeletonRows({ rows = 6 }: { readonly rows?: number }): ReactElement {
  return (
    <div className="skeleton-rows" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className="skeleton-row">
          <Skeleton width={`${38 + ((at * 17) % 30)}%`} />
          <Skeleton width={72} />
        </div>
      ))}
    </div>
  );
}
