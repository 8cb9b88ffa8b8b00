import { readFilters, type Filters } from './filters.ts';
import { pages, shared, type PagePath } from './pages.ts';
import { stringifySearch } from './search-codec.ts';
import { readFields, type Fields, type ValuesOf } from './search-fields.ts';

/** The parsed parameters of a page's URL. */
export type PageSearch<Path extends PagePath> = ValuesOf<(typeof pages)[Path]['fields']> & Filters;

export type SharedSearch = ValuesOf<typeof shared> & Filters;
export type UsersSearch = PageSearch<'/'>;
export type RollupSearch = PageSearch<'/groups'>;
export type SubjectSearch = PageSearch<'/group'>;
export type UserSearch = PageSearch<'/user'> & { readonly id: string };
export type ThreadsSearch = PageSearch<'/threads'>;
export type ThreadSearch = PageSearch<'/thread'> & { readonly id: string };
export type CallSearch = PageSearch<'/call'> & { readonly trace: string; readonly span: string };
export type MarginSearch = PageSearch<'/margin'>;

type Raw = Readonly<Record<string, unknown>>;

/** Parses the parameters of a page's URL. */
export function readPageSearch<Path extends PagePath>(path: Path, raw: Raw): PageSearch<Path> {
  return { ...readFields(raw, pages[path].fields as Fields), ...readFilters(raw) } as PageSearch<Path>;
}

export function readShared(raw: Raw): SharedSearch {
  return { ...readFields(raw, shared), ...readFilters(raw) };
}

export function readUsersSearch(raw: Raw): UsersSearch {
  return readPageSearch('/', raw);
}

export function readUserSearch(raw: Raw): UserSearch {
  const search = readPageSearch('/user', raw);
  return { ...search, id: search.id ?? '' };
}

export function readThreadSearch(raw: Raw): ThreadSearch {
  const search = readPageSearch('/thread', raw);
  return { ...search, id: search.id ?? '' };
}

export function readCallSearch(raw: Raw): CallSearch {
  const search = readPageSearch('/call', raw);
  return { ...search, trace: search.trace ?? '', span: search.span ?? '' };
}

/** Parses the URL of each page. Missing required parameters are empty. */
export type PageReaders = {
  readonly [Path in PagePath]: (
    raw: Raw,
  ) => Path extends '/user'
    ? UserSearch
    : Path extends '/thread'
      ? ThreadSearch
      : Path extends '/call'
        ? CallSearch
        : PageSearch<Path>;
};

export const pageReaders = {
  ...Object.fromEntries(
    (Object.keys(pages) as PagePath[]).map((path) => [path, (raw: Raw) => readPageSearch(path, raw)]),
  ),
  '/user': readUserSearch,
  '/thread': readThreadSearch,
  '/call': readCallSearch,
} as PageReaders;

/** The parameters of the thread list as one value, for the URL of a thread's page. */
export function threadListOf(search: ThreadsSearch): string | undefined {
  const { currency: _currency, ...list } = search;
  return asValue(list);
}

/** The parameters of the user list as one value, for the URL of a user's page. */
export function listOf(search: UsersSearch): string | undefined {
  const {
    open: _open,
    columns: _columns,
    currency: _currency,
    metric: _metric,
    by: _by,
    view: _view,
    ...list
  } = search;
  return asValue(list);
}

function asValue(search: Readonly<Record<string, unknown>>): string | undefined {
  const text = stringifySearch({ ...search }).slice(1);
  return text === '' ? undefined : text;
}
