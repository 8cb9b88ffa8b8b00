import { readFilters, type Filters } from './filters.ts';
import { oneOf, stringifySearch, textOf } from './search-codec.ts';

/** What every page keeps when one goes to another: the range, and the currency if it is not dollars. */
export type SharedSearch = {
  readonly range?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** `EUR@0.92`: a code and how many of it one dollar buys. */
  readonly currency?: string | undefined;
};

export const userSorts = ['cost', 'calls', 'tokens', 'lastSeen', 'firstSeen', 'errors', 'name'] as const;
export type UserSort = (typeof userSorts)[number];

export const orders = ['desc', 'asc'] as const;
export type Order = (typeof orders)[number];

export const metrics = ['cost', 'calls', 'tokens'] as const;
export const splits = ['model', 'group', 'service', 'tag'] as const;
export type Split = (typeof splits)[number];

/** What the users page shows. */
export type UsersSearch = SharedSearch &
  Filters & {
    readonly q?: string | undefined;
    readonly sort?: UserSort | undefined;
    readonly order?: Order | undefined;
    /** Columns in their order, with commas; the default ones where it is missing. */
    readonly columns?: string | undefined;
    readonly metric?: (typeof metrics)[number] | undefined;
    readonly by?: Split | undefined;
    /** The user whose figures are open beside the list. */
    readonly open?: string | undefined;
  };

/** What a user's page shows. `list` is the search of the list one came from, so that neighbours are known. */
export type UserSearch = SharedSearch & {
  readonly id: string;
  readonly list?: string | undefined;
  readonly tab?: 'calls' | 'threads' | 'feedback' | undefined;
  readonly metric?: (typeof metrics)[number] | undefined;
  readonly only?: 'errors' | 'unpriced' | undefined;
};

/** What a plain list of figures shows: groups, models, threads. */
export type ListSearch = SharedSearch & {
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  readonly order?: Order | undefined;
};

/** What the alerts and budgets pages show; with `new` a form is open, filled in with the filters and the user. */
export type AlertsSearch = SharedSearch &
  Filters & {
    readonly new?: string | undefined;
    readonly user?: string | undefined;
  };

/** What the margin page shows. */
export type MarginSearch = SharedSearch & {
  /** `2026-11`; the current month where it is missing. */
  readonly month?: string | undefined;
  readonly by?: 'user' | 'group' | undefined;
  readonly spread?: 'apart' | 'by-cost' | 'none' | undefined;
};

export const threadSorts = ['lastSeen', 'firstSeen', 'cost', 'calls', 'tokens', 'errors'] as const;

/** What the list of threads shows. */
export type ThreadsSearch = SharedSearch & {
  /** Part of the id of a thread, or of what is known of its user. */
  readonly q?: string | undefined;
  /** Part of a message. */
  readonly content?: string | undefined;
  /** Only threads of this user. */
  readonly user?: string | undefined;
  readonly only?: 'errors' | undefined;
  readonly sort?: (typeof threadSorts)[number] | undefined;
  readonly order?: Order | undefined;
};

/** One thread. `list` is the search of the list one came from, so that its neighbours are known. */
export type ThreadSearch = SharedSearch & {
  readonly id: string;
  readonly list?: string | undefined;
};

export type CallSearch = SharedSearch & {
  readonly trace: string;
  readonly span: string;
  /** The span of the trace whose attributes are open. */
  readonly at?: string | undefined;
};

type Raw = Readonly<Record<string, unknown>>;

export function readShared(raw: Raw): SharedSearch {
  return present({
    range: textOf(raw, 'range'),
    from: textOf(raw, 'from'),
    to: textOf(raw, 'to'),
    currency: textOf(raw, 'currency'),
  });
}

export function readUsersSearch(raw: Raw): UsersSearch {
  return present({
    ...readShared(raw),
    ...readFilters(raw),
    q: textOf(raw, 'q'),
    sort: oneOf(raw, 'sort', userSorts),
    order: oneOf(raw, 'order', orders),
    columns: textOf(raw, 'columns'),
    metric: oneOf(raw, 'metric', metrics),
    by: oneOf(raw, 'by', splits),
    open: textOf(raw, 'open'),
  });
}

export function readUserSearch(raw: Raw): UserSearch {
  return {
    id: textOf(raw, 'id') ?? '',
    ...present({
      ...readShared(raw),
      list: textOf(raw, 'list'),
      tab: oneOf(raw, 'tab', ['calls', 'threads', 'feedback'] as const),
      metric: oneOf(raw, 'metric', metrics),
      only: oneOf(raw, 'only', ['errors', 'unpriced'] as const),
    }),
  };
}

export function readListSearch(raw: Raw): ListSearch {
  return present({
    ...readShared(raw),
    q: textOf(raw, 'q'),
    sort: textOf(raw, 'sort'),
    order: oneOf(raw, 'order', orders),
  });
}

export function readAlertsSearch(raw: Raw): AlertsSearch {
  return present({
    ...readShared(raw),
    ...readFilters(raw),
    new: textOf(raw, 'new'),
    user: textOf(raw, 'user'),
  });
}

export function readMarginSearch(raw: Raw): MarginSearch {
  const month = textOf(raw, 'month');
  return present({
    ...readShared(raw),
    month: month !== undefined && /^\d{4}-(?:0[1-9]|1[0-2])$/u.test(month) ? month : undefined,
    by: oneOf(raw, 'by', ['user', 'group'] as const),
    spread: oneOf(raw, 'spread', ['apart', 'by-cost', 'none'] as const),
  });
}

export function readThreadSearch(raw: Raw): ThreadSearch {
  return { id: textOf(raw, 'id') ?? '', ...present({ ...readShared(raw), list: textOf(raw, 'list') }) };
}

export function readThreadsSearch(raw: Raw): ThreadsSearch {
  return present({
    ...readShared(raw),
    q: textOf(raw, 'q'),
    content: textOf(raw, 'content'),
    user: textOf(raw, 'user'),
    only: oneOf(raw, 'only', ['errors'] as const),
    sort: oneOf(raw, 'sort', threadSorts),
    order: oneOf(raw, 'order', orders),
  });
}

/** The list a thread's page was opened from, as one value of its URL. */
export function threadListOf(search: ThreadsSearch): string | undefined {
  const { currency: _currency, ...list } = search;
  const text = stringifySearch({ ...list }).slice(1);
  return text === '' ? undefined : text;
}

export function readCallSearch(raw: Raw): CallSearch {
  return {
    trace: textOf(raw, 'trace') ?? '',
    span: textOf(raw, 'span') ?? '',
    ...present({ ...readShared(raw), at: textOf(raw, 'at') }),
  };
}

/** The list a user's page was opened from, as one value of its URL. */
export function listOf(search: UsersSearch): string | undefined {
  const { open: _open, columns: _columns, currency: _currency, metric: _metric, by: _by, ...list } = search;
  const text = stringifySearch({ ...list }).slice(1);
  return text === '' ? undefined : text;
}

/** An object without the keys that are undefined. */
function present<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;
}
