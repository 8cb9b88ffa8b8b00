import { everyValue, type ListSort, type SeriesKey } from '../api/answer.ts';
import type { IconName } from '../ui/icon.tsx';
import { readCurrency } from './currency-setting.ts';
import { rangePresets } from './range.ts';
import { anyText, oneOf, textThat, type Fields } from './search-fields.ts';

export const userSorts = everyValue<ListSort<'listUsers'>>()([
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
]);
export type UserSort = (typeof userSorts)[number];

/** What lists of groups, models, features and services are sorted by. */
export const rollupSorts = everyValue<ListSort<'listGroups'>>()([
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
]);

/** What the list of projects can be sorted by. The dashboard sorts it itself; `project-order.ts` has a figure for each. */
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
/** Keys by which a chart divides its figures: those of the API, except two that few applications use. */
export const splits = everyValue<Exclude<SeriesKey<'readUserUsage'>, 'provider' | 'operation'>>()([
  'model',
  'group',
  'service',
  'tag',
]);
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
export const shared = {
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

interface PageEntry {
  /** The parameters of its URL. */
  readonly fields: Fields;
  /** Its line in the side bar, where it has one; `g` and then the letter goes there. */
  readonly nav?: { readonly label: string; readonly icon: IconName; readonly letter: string };
  /** Where no filter limits the figures of the page: what it shows instead. */
  readonly unfiltered?: string;
}

/** Every page by its path: what its URL takes, and its place in the side bar, which has the order of this table. */
export const pages = {
  '/': { fields: users, nav: { label: 'Users', icon: 'users', letter: 'u' } },
  '/user': {
    fields: {
      ...shared,
      id: anyText,
      /** The search of the list one came from, so that neighbours are known. */
      list: anyText,
      tab: oneOf(['calls', 'threads', 'feedback']),
      metric: oneOf(metrics),
      only: oneOf(['errors', 'unpriced']),
    },
  },
  '/groups': { fields: rollups, nav: { label: 'Groups', icon: 'groups', letter: 'g' } },
  '/group': { fields: subject },
  '/models': { fields: rollups, nav: { label: 'Models', icon: 'models', letter: 'm' } },
  '/features': { fields: rollups, nav: { label: 'Features', icon: 'features', letter: 'f' } },
  '/feature': { fields: subject },
  '/threads': {
    fields: {
      ...shared,
      ...order,
      /** Part of a message. */
      content: anyText,
      /** Only threads of this user. */
      user: anyText,
      only: oneOf(['errors']),
      sort: oneOf(threadSorts),
    },
    nav: { label: 'Threads', icon: 'threads', letter: 't' },
  },
  /** `list` is the search of the list one came from, so that its neighbours are known. */
  '/thread': { fields: { ...shared, id: anyText, list: anyText } },
  /** `at` is the span of the trace whose attributes are open. */
  '/call': { fields: { ...shared, trace: anyText, span: anyText, at: anyText } },
  /** With `new` a form is open, filled in with the filters and the user. */
  '/alerts': { fields: alerts, nav: { label: 'Alerts', icon: 'alerts', letter: 'a' } },
  '/budgets': {
    fields: alerts,
    nav: { label: 'Budgets', icon: 'budgets', letter: 'b' },
    unfiltered: 'Budgets cover whole periods and all calls.',
  },
  '/margin': {
    fields: {
      ...shared,
      /** The current month where it is missing. */
      month: textThat((text) => /^\d{4}-(?:0[1-9]|1[0-2])$/u.test(text), 'a month such as 2026-11'),
      by: oneOf(['user', 'group']),
      spread: oneOf(['apart', 'by-cost', 'none']),
    },
    nav: { label: 'Margin', icon: 'margin', letter: 'r' },
    unfiltered: 'Margin covers whole months and all calls.',
  },
  '/billing': {
    fields: shared,
    nav: { label: 'Billing', icon: 'billing', letter: 'l' },
    unfiltered: 'Billing covers all calls.',
  },
  '/prices': {
    fields: shared,
    nav: { label: 'Prices', icon: 'prices', letter: 'p' },
    unfiltered: 'Prices apply to all calls.',
  },
  '/unattributed': { fields: shared, nav: { label: 'Unattributed', icon: 'unattributed', letter: 'n' } },
  '/collector': { fields: shared, nav: { label: 'Collector', icon: 'collector', letter: 'h' } },
  '/projects': {
    fields: { ...shared, ...order, sort: oneOf(projectSorts) },
    nav: { label: 'Projects', icon: 'projects', letter: 'o' },
    unfiltered: 'Projects have no filters.',
  },
  '/connect': { fields: shared, nav: { label: 'Connect', icon: 'connect', letter: 'c' } },
} as const satisfies Readonly<Record<string, PageEntry>>;

export type PagePath = keyof typeof pages;

/** What is known of the page at a path; undefined where no page has that path. */
export function pageAt(path: string): PageEntry | undefined {
  return Object.hasOwn(pages, path) ? pages[path as PagePath] : undefined;
}

type SideBarPath = {
  [Path in PagePath]: (typeof pages)[Path] extends { readonly nav: unknown } ? Path : never;
}[PagePath];

/** The pages of the side bar, in their order. */
export const sideBar = (Object.entries(pages) as [PagePath, PageEntry][]).flatMap(([path, { nav }]) =>
  nav === undefined ? [] : [{ to: path as SideBarPath, ...nav }],
);
