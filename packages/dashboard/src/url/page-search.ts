import { readCurrency } from './currency-setting.ts';
import { readFilters, type Filters } from './filters.ts';
import { rangePresets } from './range.ts';
import { stringifySearch } from './search-codec.ts';
import { anyText, oneOf, readFields, textThat, type Fields, type ValuesOf } from './search-fields.ts';

export const userSorts = [
  'cost',
  'calls',
  'tokens',
  'cached',
  'lastSeen',
  'firstSeen',
  'errors',
  'name',
  'change',
  'p50',
  'p95',
  'p99',
  'firstChunk',
  'average',
  'median',
  'threads',
] as const;
export type UserSort = (typeof userSorts)[number];

/** What lists of groups, models, features and services are sorted by. */
export const rollupSorts = [
  'cost',
  'calls',
  'tokens',
  'cached',
  'errors',
  'users',
  'average',
  'costPerUser',
  'name',
  'change',
  'p50',
  'p95',
  'p99',
  'firstChunk',
  'threads',
  'costPerThread',
  'thumbs',
] as const;

/** What the list of projects is sorted by. */
export const projectSorts = [
  'cost',
  'name',
  'alerts',
  'users',
  'calls',
  'errors',
  'unpriced',
  'coverage',
  'change',
] as const;
export type ProjectSort = (typeof projectSorts)[number];

export const orders = ['desc', 'asc'] as const;
export type Order = (typeof orders)[number];

export const metrics = ['cost', 'calls', 'tokens'] as const;
export const splits = ['model', 'group', 'service', 'tag'] as const;
export type Split = (typeof splits)[number];

/** What the chart of a page shows: figures over time, or how cost is spread over users. */
export const chartViews = ['users'] as const;

/** Lists of the page of a group or of a feature. */
export const parts = ['users', 'groups', 'models', 'tags', 'services'] as const;
export type Part = (typeof parts)[number];

export const threadSorts = ['lastSeen', 'firstSeen', 'cost', 'calls', 'tokens', 'errors'] as const;

const moment = textThat((text) => Number.isFinite(Date.parse(text)), 'an ISO time such as 2026-11-01T00:00Z');

/**
 * What every page keeps when one goes to another: the range, the currency if it is not dollars, and what the figures are
 * limited to. Filters stand beside it: their names are open (`prop.KEY`), see {@link Filters}.
 */
const shared = {
  range: oneOf(rangePresets.map(({ key }) => key)),
  from: moment,
  to: moment,
  /** Of the projects of the session; the first one where it is missing. See `api/projects/page-project.ts`. */
  project: anyText,
  /** `EUR@0.92`: a code and how many of it one dollar buys. */
  currency: textThat((text) => readCurrency(text) !== undefined, 'a code and a rate such as EUR@0.92'),
  /** Part of the id, name, email or a property of users. */
  q: anyText,
};

const chart = { metric: oneOf(metrics), by: oneOf(splits), view: oneOf(chartViews) };
const order = { order: oneOf(orders) };
/** Columns in their order, with commas; the default ones where it is missing. */
const columns = { columns: anyText };

const users = {
  ...shared,
  ...chart,
  ...order,
  ...columns,
  sort: oneOf(userSorts),
  /** The user whose figures are open beside the list. */
  open: anyText,
};
const rollups = { ...shared, ...order, ...columns, sort: oneOf(rollupSorts) };
/** A group's or feature's page: `id` says which, `list` what it is divided into. */
const subject = {
  ...shared,
  ...chart,
  ...order,
  ...columns,
  id: anyText,
  list: oneOf(parts),
  sort: oneOf([...userSorts, ...rollupSorts]),
};
const alerts = { ...shared, new: anyText, user: anyText };

/** The parameters of each page that has some of its own; every other page has the shared ones. */
export const pageFields = {
  '/': users,
  '/user': {
    ...shared,
    id: anyText,
    /** The search of the list one came from, so that neighbours are known. */
    list: anyText,
    tab: oneOf(['calls', 'threads', 'feedback']),
    metric: oneOf(metrics),
    only: oneOf(['errors', 'unpriced']),
  },
  '/groups': rollups,
  '/models': rollups,
  '/features': rollups,
  '/group': subject,
  '/feature': subject,
  '/threads': {
    ...shared,
    ...order,
    /** Part of a message. */
    content: anyText,
    /** Only threads of this user. */
    user: anyText,
    only: oneOf(['errors']),
    sort: oneOf(threadSorts),
  },
  /** `list` is the search of the list one came from, so that its neighbours are known. */
  '/thread': { ...shared, id: anyText, list: anyText },
  /** `at` is the span of the trace whose attributes are open. */
  '/call': { ...shared, trace: anyText, span: anyText, at: anyText },
  /** With `new` a form is open, filled in with the filters and the user. */
  '/alerts': alerts,
  '/budgets': alerts,
  '/margin': {
    ...shared,
    /** The current month where it is missing. */
    month: textThat((text) => /^\d{4}-(?:0[1-9]|1[0-2])$/u.test(text), 'a month such as 2026-11'),
    by: oneOf(['user', 'group']),
    spread: oneOf(['apart', 'by-cost', 'none']),
  },
  '/projects': { ...shared, ...order, sort: oneOf(projectSorts) },
} satisfies Readonly<Record<string, Fields>>;

export type PagePath = keyof typeof pageFields;

/** What the URL of a page says. */
export type PageSearch<Path extends PagePath> = ValuesOf<(typeof pageFields)[Path]> & Filters;

export type SharedSearch = ValuesOf<typeof shared> & Filters;
export type UsersSearch = PageSearch<'/'>;
export type RollupSearch = PageSearch<'/groups'>;
export type SubjectSearch = PageSearch<'/group'>;
export type UserSearch = PageSearch<'/user'> & { readonly id: string };
export type ThreadsSearch = PageSearch<'/threads'>;
export type ThreadSearch = PageSearch<'/thread'> & { readonly id: string };
export type CallSearch = PageSearch<'/call'> & { readonly trace: string; readonly span: string };
export type MarginSearch = PageSearch<'/margin'>;

/** The parameters of the page at a path. */
export function fieldsOf(path: string): Fields {
  return Object.hasOwn(pageFields, path) ? pageFields[path as PagePath] : shared;
}

type Raw = Readonly<Record<string, unknown>>;

/** Reads the URL of a page. */
export function readPageSearch<Path extends PagePath>(path: Path, raw: Raw): PageSearch<Path> {
  return { ...readFields(raw, pageFields[path] as Fields), ...readFilters(raw) } as PageSearch<Path>;
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

/** Reads the URL of each page. What a page cannot do without is empty where it is missing. */
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
    (Object.keys(pageFields) as PagePath[]).map((path) => [path, (raw: Raw) => readPageSearch(path, raw)]),
  ),
  '/user': readUserSearch,
  '/thread': readThreadSearch,
  '/call': readCallSearch,
} as PageReaders;

/** The list a thread's page was opened from, as one value of its URL. */
export function threadListOf(search: ThreadsSearch): string | undefined {
  const { currency: _currency, ...list } = search;
  return asValue(list);
}

/** The list a user's page was opened from, as one value of its URL. */
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
