import { useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { RollupPage } from './rollup-page.tsx';

/** What each group of users costs. */
export function GroupsPage(): ReactElement {
  return (
    <RollupPage
      kind="groups"
      lead="The companies, teams or workspaces your users belong to. A user's group is the property “group”."
      search={useSearch({ from: '/groups' })}
    />
  );
}
