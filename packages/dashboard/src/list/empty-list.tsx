import { Link, useSearch } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useRange } from '../range/use-range.ts';
import { readShared } from '../url/page-search.ts';
import { hasCallFilters, hasFilters, withoutFilters } from '../url/filters.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Whether the filters of a URL apply to a list: all of them, those on calls, or none. */
const filtered = { all: hasFilters, calls: hasCallFilters, none: () => false } as const;

/** Says why a list has no rows, and leads to some: without filters, or in all time. */
export function EmptyList(props: {
  /** What the list is of, in the plural: `users`. */
  readonly what: string;
  /** Which filters of the URL apply to the list; all without it. */
  readonly filters?: keyof typeof filtered;
  /** Parameters of the URL, beside filters and search, that leave rows out. */
  readonly choices?: readonly string[];
  /** What else there is to say where nothing is left out. */
  readonly children?: ReactNode;
}): ReactElement {
  const { what, filters = 'all', choices = [], children } = props;
  const search = useSearch({ strict: false, select: (all): Raw => all });
  const { range } = useRange();
  const chosen = choices.filter((name) => search[name] !== undefined);
  if (filtered[filters](search) || chosen.length > 0) {
    return (
      <div className="nothing">
        <strong>No {what} match.</strong>
        <Link
          to="."
          search={(now) => ({
            ...withoutFilters(now),
            ...Object.fromEntries(chosen.map((name) => [name, undefined])),
          })}
          resetScroll={false}
          className="link"
        >
          Clear search and filters
        </Link>
      </div>
    );
  }
  return (
    <div className="nothing">
      <strong>
        No {what} {range.key === 'all' ? 'yet' : 'in this range'}.
      </strong>
      {children}
      {range.key !== 'all' && (
        <Link
          to="."
          search={(now) => ({ ...now, range: 'all', from: undefined, to: undefined })}
          resetScroll={false}
          className="link"
        >
          Show all time
        </Link>
      )}
      {range.key === 'all' && (
        <Link to="/connect" search={readShared} className="link">
          Connect an application
        </Link>
      )}
    </div>
  );
}
