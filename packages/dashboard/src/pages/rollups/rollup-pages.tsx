import type { ReactElement } from 'react';
import { RollupPage } from './rollup-page.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** The figures of features, which are the tags of calls. */
export function FeaturesPage(): ReactElement {
  return (
    <RollupPage
      kind="tags"
      lead="Calls by tag: the feature that a call was for. Your app names it, such as tags: ['search'] on a call or a thread."
      search={usePageSearch('/features')}
    />
  );
}

/** The figures of groups of users. */
export function GroupsPage(): ReactElement {
  return (
    <RollupPage
      kind="groups"
      lead="The companies, teams or workspaces your users belong to. A user's group is the property “group”."
      search={usePageSearch('/groups')}
    />
  );
}

/** The figures of models. */
export function ModelsPage(): ReactElement {
  return (
    <RollupPage
      kind="models"
      lead="All models that were called. Each call has the price of its day."
      search={usePageSearch('/models')}
    />
  );
}
