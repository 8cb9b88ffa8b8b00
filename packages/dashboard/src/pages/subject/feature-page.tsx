import type { ReactElement } from 'react';
import { NotFound } from '../../app/not-found.tsx';
import { SubjectPage, type Subject } from './subject-page.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

const subject: Subject = {
  filter: 'tag',
  kind: 'tags',
  noun: 'Feature',
  users: 'Users',
  parts: ['users', 'groups', 'models', 'services'],
  splits: ['model', 'group', 'service'],
};

/** One feature, which is a tag of calls: users, cost and latency. */
export function FeaturePage(): ReactElement {
  const search = usePageSearch('/feature');
  return search.id === undefined ? (
    <NotFound />
  ) : (
    <SubjectPage key={search.id} subject={subject} id={search.id} search={search} />
  );
}
