import type { ComponentType, ReactElement } from 'react';
import { NotFound } from '../../app/not-found.tsx';
import type { SubjectSearch } from '../../url/page-search.ts';
import { usePageSearch } from '../../url/use-page-search.ts';

/** The id of a group or feature, and the other parameters of the URL. */
export interface SubjectViewProps {
  readonly id: string;
  readonly search: SubjectSearch;
}

/** Shows the group or feature that the URL names, or that the page does not exist if it names none. */
export function SubjectOfUrl(props: {
  readonly path: '/group' | '/feature';
  readonly view: ComponentType<SubjectViewProps>;
}): ReactElement {
  const { path, view: View } = props;
  const search = usePageSearch(path);
  return search.id === undefined ? <NotFound /> : <View key={search.id} id={search.id} search={search} />;
}
