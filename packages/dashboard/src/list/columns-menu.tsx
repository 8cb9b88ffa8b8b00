import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { facetsQuery } from '../api/summary.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuCheck, MenuLabel } from '../ui/overlay/menu.tsx';
import type { ColumnChoices } from './column-choice.ts';

interface ColumnsProps {
  readonly choices: ColumnChoices;
  /** The shown columns. */
  readonly columns: readonly string[];
  /** Whether rows are users, so that properties of users can be columns. */
  readonly hasProperties?: boolean;
}

/** The menu to choose the columns of a list, which are stored in the URL. */
export function ColumnsMenu(props: ColumnsProps): ReactElement {
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
      {props.hasProperties === true ? (
        <UserColumnChoices {...props} />
      ) : (
        <Choices {...props} properties={[]} />
      )}
    </Menu>
  );
}

/** A component of its own, so that the properties are only requested when the menu opens. */
function UserColumnChoices(props: ColumnsProps): ReactElement {
  const facets = useQuery(facetsQuery({}));
  const known = Object.keys(facets.data?.props ?? {}).map((key) => `prop.${key}`);
  const chosen = props.columns.filter((id) => id.startsWith('prop.'));
  return <Choices {...props} properties={Array.from(new Set([...known, ...chosen]))} />;
}

function Choices(props: ColumnsProps & { readonly properties: readonly string[] }): ReactElement {
  const { choices, columns, properties } = props;
  const navigate = useNavigate();
  const all = [...Object.keys(choices.labels), ...properties];
  const toggle = (id: string): void => {
    const next = columns.includes(id)
      ? columns.filter((one) => one !== id)
      : all.filter((one) => columns.includes(one) || one === id);
    const text = next.join(',');
    void navigate({
      to: '.',
      search: (now) => ({ ...now, columns: text === choices.fitting.wide.join(',') ? undefined : text }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <>
      {Object.entries(choices.labels).map(([id, label]) =>
        id === choices.first ? null : (
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
