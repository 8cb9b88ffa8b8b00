import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { facetsQuery, type Facets } from '../api/summary.ts';
import { nameInText } from '../format/direction-marks.ts';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/overlay/popover.tsx';
import { filterLabel, typedFilter, valuesOf, type FilterName, type Filters } from '../url/filters.ts';

/** The menu to add filters on fields of calls or users. */
export function FilterMenu(props: {
  readonly filters: Filters;
  readonly onToggle: (name: FilterName, value: string) => void;
}): ReactElement {
  return (
    <Popover
      label="Filter"
      trigger={
        <button type="button" className="button">
          <Icon name="filter" />
          Filter
        </button>
      }
    >
      <FilterChoices {...props} />
    </Popover>
  );
}

function FilterChoices(props: {
  readonly filters: Filters;
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
                <span className="truncate" dir="auto">
                  {value}
                </span>
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
          {nameInText(filterLabel(typed.name))} is “{nameInText(typed.value)}”
        </button>
      )}
      {found.length === 0 && typed === undefined && (
        <p className="menu-label">
          {facets.isPending
            ? 'Loading…'
            : wanted === ''
              ? 'No call has anything to filter by yet.'
              : 'No value matches. A filter can be typed, such as plan=pro.'}
        </p>
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
    operation: facets.operations,
    ...Object.fromEntries(props),
  };
}
