import type { ReactElement } from 'react';
import { RollupPage } from './rollup-page.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** What each model costs. */
export function ModelsPage(): ReactElement {
  return (
    <RollupPage
      kind="models"
      lead="Every model that was called, at the price of the day of each call."
      search={usePageSearch('/models')}
    />
  );
}
