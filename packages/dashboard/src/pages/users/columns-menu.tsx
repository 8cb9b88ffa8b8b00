import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { facetsQuery } from '../../api/summary.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuCheck, MenuLabel } from '../../ui/menu.tsx';
import type { UsersSearch } from '../../url/page-search.ts';
import { columnLabels, defaultColumns } from './user-columns.tsx';

/** Chooses the columns of the list, the users' own properties among them. */
export function ColumnsMenu(props: {
  readonly search: UsersSearch;
  readonly columns: readonly string[];
}): ReactElement {
  const { columns } = props;
  const navigate = useNavigate({ from: '/' });
  const facets = useQuery(facetsQuery({}));
  const properties = Object.keys(facets.data?.props ?? {}).map((key) => `prop.${key}`);
  const all = [...Object.keys(columnLabels), ...properties];
  const toggle = (id: string): void => {
    const next = columns.includes(id)
      ? columns.filter((one) => one !== id)
      : all.filter((one) => columns.includes(one) || one === id);
    const text = next.join(',');
    void navigate({
      search: (now) => ({ ...now, columns: text === defaultColumns.join(',') ? undefined : text }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="button quiet" aria-label="Columns">
          <Icon name="columns" />
          <span className="wide-only">Columns</span>
        </button>
      }
    >
      {Object.entries(columnLabels).map(([id, label]) =>
        id === 'user' ? null : (
          <MenuCheck key={id} keepOpen checked={columns.includes(id)} onSelect={() => toggle(id)}>
            {label}
          </MenuCheck>
        ),
      )}
      {properties.length > 0 && <MenuLabel>Properties</MenuLabel>}
      {properties.map((id) => (
        <MenuCheck key={id} keepOpen checked={columns.includes(id)} onSelect={() => toggle(id)}>
          {id.slice(5)}
        </MenuCheck>
      ))}
    </Menu>
  );
}
