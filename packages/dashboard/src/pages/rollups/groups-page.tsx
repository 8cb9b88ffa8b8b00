import type { ReactElement } from 'react';
import { RollupPage } from './rollup-page.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

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
