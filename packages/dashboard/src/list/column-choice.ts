import type { PageWidth } from '../ui/page-width.ts';

/** The columns that a list can show. Plain data: the landing page asks for its list before anything can draw one. */
export interface ColumnChoices {
  /** Labels by id, in the order of the columns. */
  readonly labels: Readonly<Record<string, string>>;
  /** The column that names the row and is always there. */
  readonly first: string;
  /** The columns shown where none are chosen: those that fit. */
  readonly fitting: Readonly<Record<PageWidth, readonly string[]>>;
  /** What the API has to be asked for besides, by column. */
  readonly include: Readonly<Record<string, string>>;
}

/** The part of a URL that says how a list is shown. */
export interface ListSearch {
  readonly columns?: string | undefined;
  readonly sort?: string | undefined;
}

/**
 * The columns a URL asks for; `prop.KEY` shows a property of users. Without any, those that fit: on a telephone with the
 * one that the list is sorted by.
 */
export function readColumns(
  { columns, sort }: ListSearch,
  { labels, first, fitting }: ColumnChoices,
  width: PageWidth,
): readonly string[] {
  const known = (columns ?? '')
    .split(',')
    .filter((id) => Object.hasOwn(labels, id) || (id.startsWith('prop.') && id.length > 5));
  if (known.length > 0) return Array.from(new Set([first, ...known]));
  const shown = fitting[width];
  if (width !== 'narrow' || sort === undefined || shown.includes(sort) || !Object.hasOwn(labels, sort)) {
    return shown;
  }
  return [...shown.slice(0, 1), sort, ...shown.slice(-1)];
}

/** What the API has to be asked for besides, to fill these columns. */
export function includeOf(columns: readonly string[], { include }: ColumnChoices): string | undefined {
  const parts = new Set(columns.flatMap((id) => (Object.hasOwn(include, id) ? [include[id] ?? ''] : [])));
  return parts.size === 0 ? undefined : Array.from(parts).sort().join(',');
}
