import { useMemo, type ReactElement } from 'react';
import type { RollupKind } from '../../api/rollups.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { ScopeBar } from '../../scope/scope-bar.tsx';
import { useScope } from '../../scope/use-scope.ts';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { readShared, type RollupSearch } from '../../url/page-search.ts';
import { RollupList } from './rollup-list.tsx';
import { rollupWords } from './rollup-choices.ts';

/** A page with one list of figures. */
export function RollupPage(props: {
  readonly kind: RollupKind;
  readonly lead: string;
  readonly search: RollupSearch;
}): ReactElement {
  const { kind, lead, search } = props;
  const scope = useScope(search);
  const shared = useMemo(() => readShared(search), [search]);
  const { title } = rollupWords[kind];
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title={title} />
        <h1>{title}</h1>
        <RangePicker />
      </div>
      <p className="page-lead">{lead}</p>
      <ScopeBar search={search} />
      <RollupList kind={kind} scope={scope.query} search={search} shared={shared} />
    </div>
  );
}
