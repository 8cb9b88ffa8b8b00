import type { ReactElement } from 'react';

/** Where a value will stand, as wide as it probably is. */
export function Skeleton({ width = 64 }: { readonly width?: number | string }): ReactElement {
  return <span className="skeleton" style={{ width }} aria-hidden="true" />;
}

/** Lines of a list that is on its way. */
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
