import { useNavigate } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';
import { filterLabel, readFilters, toggleValue, valuesOf, type FilterName } from '../url/filters.ts';
import type { SharedSearch } from '../url/page-search.ts';
import { AlertLink } from './alert-link.tsx';
import { FilterMenu } from './filter-menu.tsx';
import './scope.css';

/** The name of a filter, or `q` for the search of users. */
export type ScopeName = FilterName | 'q';

/**
 * The filters of the page, below its title. They apply to all figures, lists and files of the page, and links keep
 * them. Filters without effect on this page are dimmed and show the reason.
 */
export function ScopeBar(props: {
  readonly search: SharedSearch;
  /** Returns why a filter has no effect on this page; undefined if it has one. */
  readonly inertBecause?: (name: ScopeName) => string | undefined;
  /** The subject of the page as filters, for an alert. */
  readonly about?: SharedSearch;
  /** Content at the start: the search of the users page, which then is not shown as a chip. */
  readonly children?: ReactNode;
}): ReactElement {
  const { search, inertBecause = () => undefined, about, children } = props;
  const navigate = useNavigate();
  const filters = readFilters(search);
  const change = (next: Readonly<Record<string, unknown>>): void => {
    void navigate({ to: '.', search: (now) => ({ ...now, ...next }), resetScroll: false });
  };
  const toggle = (name: FilterName, value: string): void => {
    change({ [name]: toggleValue(valuesOf(filters[name]), value) });
  };
  const used = usedOf(search, children === undefined);
  const reasons = new Set(used.flatMap(({ name }) => inertBecause(name) ?? []));
  return (
    <section className="scope-bar" aria-label="Filters">
      {children}
      <FilterMenu filters={filters} onToggle={toggle} />
      {used.map(({ name, text }) => (
        <button
          key={`${name} ${text}`}
          type="button"
          className={inertBecause(name) === undefined ? 'button filter-chip' : 'button filter-chip inert'}
          aria-label={`Remove filter ${labelOf(name)}: ${text}${inertBecause(name) === undefined ? '' : ', not applied here'}`}
          onClick={() => (name === 'q' ? change({ q: undefined }) : toggle(name, text))}
        >
          <span className="muted">{labelOf(name)}:</span>{' '}
          <span className="truncate" dir="auto">
            {text}
          </span>
          <Icon name="close" />
        </button>
      ))}
      {used.length > 1 && (
        <button
          type="button"
          className="button quiet"
          onClick={() => change(Object.fromEntries(used.map(({ name }) => [name, undefined])))}
        >
          Clear
        </button>
      )}
      {Array.from(reasons, (reason) => (
        <span key={reason} className="scope-reason">
          {reason}
        </span>
      ))}
      <span className="toolbar-space" />
      <AlertLink search={{ ...search, ...about }} />
    </section>
  );
}

function labelOf(name: ScopeName): string {
  return name === 'q' ? 'Search' : filterLabel(name);
}

/** The active filters, one per value. */
export function usedOf(
  search: SharedSearch,
  withSearch: boolean,
): readonly { readonly name: ScopeName; readonly text: string }[] {
  const filters = Object.entries(readFilters(search)).flatMap(([name, value]) =>
    valuesOf(value).map((text) => ({ name: name as FilterName, text })),
  );
  return withSearch && search.q !== undefined ? [{ name: 'q', text: search.q }, ...filters] : filters;
}
