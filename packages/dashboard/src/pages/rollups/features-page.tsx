import type { ReactElement } from 'react';
import { RollupPage } from './rollup-page.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** What each feature costs: the tags of calls. */
export function FeaturesPage(): ReactElement {
  return (
    <RollupPage kind="tags" lead="What calls were for, by their tags." search={usePageSearch('/features')} />
  );
}
