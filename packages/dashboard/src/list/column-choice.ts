import type { PageWidth } from '../ui/page/page-width.ts';

/**
 * The columns that a list can show. This is plain data without components, because the landing page requests its list
 * before components are loaded.
 */
export interface ColumnChoices {
  /** Labels by id, in the order of the columns. */
  readonly labels: Readonly<Record<string, string>>;
  /** The column with the name of the row, which is always shown. */
  readonly first: string;
  /** The default columns for each page width. */
  readonly fitting: Readonly<Record<PageWidth, readonly string[]>>;
  /** The `include` value that a column needs in the request, by column. */
  readonly include: Readonly<Record<string, string>>;
}

/** The parameters of a URL that determine how a list is shown. */
export interface ListSearch {
  readonly columns?: string | undefined;
  readonly sort?: string | undefined;
}

/**
 * Returns the columns in the URL, where `prop.KEY` is a property of users, or else the default columns. On a phone
 * these include the column by which the list is sorted.
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

/** Returns the `include` parameter that these columns need. */
export function includeOf(columns: readonly string[], { include }: ColumnChoices): string | undefined {
  const parts = new Set(columns.flatMap((id) => (Object.hasOwn(include, id) ? [include[id] ?? ''] : [])));
  return parts.size === 0 ? undefined : Array.from(parts).sort().join(',');
}
