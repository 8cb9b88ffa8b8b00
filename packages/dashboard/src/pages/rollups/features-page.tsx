import { useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { RollupPage } from './rollup-page.tsx';

/** What each feature costs: the tags of calls. */
export function FeaturesPage(): ReactElement {
  return (
    <RollupPage
      kind="tags"
      lead="What calls were for, by their tags."
      search={useSearch({ from: '/features' })}
    />
  );
}
