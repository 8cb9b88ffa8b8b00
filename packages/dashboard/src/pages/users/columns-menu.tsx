import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { facetsQuery } from '../../api/summary.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuCheck, MenuLabel } from '../../ui/overlay/menu.tsx';
import { columnLabels, defaultColumns } from './column-choice.ts';

/** Chooses the columns of the list, the users' own properties among them. */
export function ColumnsMenu({ columns }: { readonly columns: readonly string[] }): ReactElement {
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
      <ColumnChoices columns={columns} />
    </Menu>
  );
}

/** Drawn when the menu opens: only then is it asked which properties there are. */
function ColumnChoices({ columns }: { readonly columns: readonly string[] }): ReactElement {
  const navigate = useNavigate({ from: '/' });
  const facets = useQuery(facetsQuery({}));
  const known = Object.keys(facets.data?.props ?? {}).map((key) => `prop.${key}`);
  const properties = Array.from(new Set([...known, ...columns.filter((id) => id.startsWith('prop.'))]));
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
    <>
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
    </>
  );
}
