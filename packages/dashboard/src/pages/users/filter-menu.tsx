import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { facetsQuery, type Facets } from '../../api/summary.ts';
import { Icon } from '../../ui/icon.tsx';
import { Popover } from '../../ui/overlay/popover.tsx';
import {
  filterLabel,
  readFilters,
  toggleValue,
  typedFilter,
  valuesOf,
  type FilterName,
} from '../../url/filters.ts';
import type { UsersSearch } from '../../url/page-search.ts';

/** Narrows the page by anything a call or a user has; each filter in use can be taken off. */
export function FilterMenu({ search }: { readonly search: UsersSearch }): ReactElement {
  const navigate = useNavigate({ from: '/' });
  const filters = readFilters(search);
  const toggle = (name: FilterName, value: string): void => {
    const values = toggleValue(valuesOf(filters[name]), value);
    void navigate({ search: (now) => ({ ...now, [name]: values }), resetScroll: false });
  };
  const clear = (): void => {
    const none = Object.fromEntries(Object.keys(filters).map((name) => [name, undefined]));
    void navigate({ search: (now) => ({ ...now, ...none }), resetScroll: false });
  };
  const used = Object.entries(filters).flatMap(([name, value]) =>
    valuesOf(value).map((text) => ({ name: name as FilterName, text })),
  );
  return (
    <div className="row wrap">
      <Popover
        label="Filter"
        trigger={
          <button type="button" className="button">
            <Icon name="filter" />
            Filter
          </button>
        }
      >
        <FilterChoices filters={filters} onToggle={toggle} />
      </Popover>
      {used.map(({ name, text }) => (
        <button
          key={`${name} ${text}`}
          type="button"
          className="button filter-chip"
          aria-label={`Remove filter ${filterLabel(name)}: ${text}`}
          onClick={() => toggle(name, text)}
        >
          <span className="muted">{filterLabel(name)}</span>
          <span className="truncate">{text}</span>
          <Icon name="close" />
        </button>
      ))}
      {used.length > 1 && (
        <button type="button" className="button quiet" onClick={clear}>
          Clear
        </button>
      )}
    </div>
  );
}

function FilterChoices(props: {
  readonly filters: ReturnType<typeof readFilters>;
  readonly onToggle: (name: FilterName, value: string) => void;
}): ReactElement {
  const facets = useQuery(facetsQuery({}));
  const [text, setText] = useState('');
  const wanted = text.toLowerCase();
  const choices = Object.entries(choicesOf(facets.data)).map(([name, values]) => ({
    name: name as FilterName,
    values: values.filter((value) => `${name} ${value}`.toLowerCase().includes(wanted)).slice(0, 30),
  }));
  const typed = typedFilter(text);
  const found = choices.filter(({ values }) => values.length > 0);
  return (
    <>
      <input
        className="input"
        aria-label="Find a filter"
        placeholder="Find, or type plan=pro"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {found.map(({ name, values }) => (
        <div key={name} role="group" aria-label={filterLabel(name)}>
          <div className="menu-label">{filterLabel(name)}</div>
          {values.map((value) => {
            const on = valuesOf(props.filters[name]).includes(value);
            return (
              <button
                key={value}
                type="button"
                className="menu-item"
                aria-pressed={on}
                onClick={() => props.onToggle(name, value)}
              >
                <span className="mark">{on && <Icon name="check" />}</span>
                <span className="truncate">{value}</span>
              </button>
            );
          })}
        </div>
      ))}
      {typed !== undefined && (
        <button
          type="button"
          className="menu-item"
          onClick={() => {
            props.onToggle(typed.name, typed.value);
            setText('');
          }}
        >
          <span className="mark">
            <Icon name="plus" />
          </span>
          {filterLabel(typed.name)} is “{typed.value}”
        </button>
      )}
      {found.length === 0 && typed === undefined && (
        <p className="menu-label">{facets.isPending ? 'Loading…' : 'Nothing to filter by.'}</p>
      )}
    </>
  );
}

function choicesOf(facets: Facets | undefined): Readonly<Record<string, readonly string[]>> {
  if (facets === undefined) return {};
  const props = Object.entries(facets.props).map(([key, values]) => [`prop.${key}`, values] as const);
  return {
    group: facets.groups,
    model: facets.models,
    service: facets.services,
    tag: facets.tags,
    provider: facets.providers,
    ...Object.fromEntries(props),
  };
}
