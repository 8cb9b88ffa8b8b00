import type { ReactElement } from 'react';
import { RollupPage } from './rollup-page.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** What each feature costs: the tags of calls. */
export function FeaturesPage(): ReactElement {
  return (
    <RollupPage kind="tags" lead="What calls were for, by their tags." search={usePageSearch('/features')} />
  );
}

/** What each group of users costs. */
export function GroupsPage(): ReactElement {
  return (
    <RollupPage
      kind="groups"
      lead="The companies, teams or workspaces your users belong to. A user's group is the property “group”."
      search={usePageSearch('/groups')}
    />
  );
}

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
