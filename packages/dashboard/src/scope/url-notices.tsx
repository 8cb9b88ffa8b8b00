import { useLocation } from '@tanstack/react-router';
import { Suspense, type ReactElement } from 'react';
import { nameInText } from '../format/direction-marks.ts';
import { lazyPart, PartMissing } from '../ui/lazy-part.tsx';
import { filterLabel, filterNames, hasFilters } from '../url/filters.ts';
import { readShared } from '../url/page-search.ts';
import { pageAt, shared } from '../url/pages.ts';
import { refusedParameters } from '../url/search-fields.ts';
import { usedOf } from './scope-bar.tsx';

const RefusedParameters = lazyPart(
  () => import('./refused-parameters.tsx').then((module) => module.RefusedParameters),
  PartMissing,
);

/** Lists parts of the URL without effect on the page: unknown parameters, and filters that are kept for other pages. */
export function UrlNotices(): ReactElement | null {
  const { pathname, search } = useLocation();
  const { fields, unfiltered } = pageAt(pathname) ?? { fields: shared };
  const raw = search as Readonly<Record<string, unknown>>;
  const refused = refusedParameters(raw, fields);
  const isKept = unfiltered !== undefined && hasFilters(raw);
  if (refused.length === 0 && !isKept) return null;
  return (
    <div className="url-notices">
      {refused.length > 0 && (
        <Suspense>
          <RefusedParameters refused={refused} known={[...filterNames, ...Object.keys(fields)]} />
        </Suspense>
      )}
      {isKept && (
        <p className="note">
          {unfiltered} Kept for other pages:{' '}
          {usedOf(readShared(raw), true)
            .map(({ name, text }) => `${name === 'q' ? 'Search' : filterLabel(name)} ${nameInText(text)}`)
            .join(', ')}
          .
        </p>
      )}
    </div>
  );
}
