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

/** Sort keys of the lists of groups, models, features and services. */
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

/** Sort keys of the list of projects. The dashboard sorts it with the figures in `project-order.ts`. */
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
/** Keys by which a chart can be split: those of the API except two that few applications use. */
export const splits = everyValue<Exclude<SeriesKey<'readUserUsage'>, 'provider' | 'operation'>>()([
  'model',
  'group',
  'service',
  'tag',
]);
export type Split = (typeof splits)[number];

/** Values of `view`: by default a chart shows figures over time, and with `users` the distribution of cost over users. */
export const chartViews = ['users'] as const;

/** Lists on the page of a group or feature. */
export const parts = ['users', 'groups', 'models', 'tags', 'services'] as const;
export type Part = (typeof parts)[number];

/** Calls that a list can be limited to. */
export const callChoices = ['errors', 'unpriced'] as const;

export const threadSorts = ['lastSeen', 'firstSeen', 'cost', 'calls', 'tokens', 'errors'] as const;

const moment = textThat((text) => Number.isFinite(Date.parse(text)), 'an ISO time such as 2026-11-01T00:00Z');

/**
 * The parameters that links between pages keep: range, currency and search. Filters are also kept, but are not listed
 * here because their names are not fixed (`prop.KEY`), see {@link Filters}.
 */
export const shared = {
  range: oneOf(rangePresets.map(({ key }) => key)),
  from: moment,
  to: moment,
  /** A project of the session; the first one by default. See `api/projects/page-project.ts`. */
  project: anyText,
  /** `EUR@0.92`: a currency code and the price of one dollar. */
  currency: textThat((text) => readCurrency(text) !== undefined, 'a code and a rate such as EUR@0.92'),
  /** Searches in id, name, email and properties of users. */
  q: anyText,
};

const chart = { metric: oneOf(metrics), by: oneOf(splits), view: oneOf(chartViews) };
const order = { order: oneOf(orders) };
/** The columns in order, separated by commas; the default columns if missing. */
const columns = { columns: anyText };

const users = {
  ...shared,
  ...chart,
  ...order,
  ...columns,
  sort: oneOf(userSorts),
  /** The user whose figures are shown beside the list. */
  open: anyText,
};
const rollups = { ...shared, ...order, ...columns, sort: oneOf(rollupSorts) };
/** The page of a group or feature: `id` is the subject, `list` the breakdown. */
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
  /** The parameters of the page's URL. */
  readonly fields: Fields;
  /** The link in the side bar, if any. `g` followed by the letter opens the page. */
  readonly nav?: { readonly label: string; readonly icon: IconName; readonly letter: string };
  /** If filters have no effect on the page: what it shows. */
  readonly unfiltered?: string;
}

/** All pages by path, with their URL parameters and side bar links, in the order of the side bar. */
export const pages = {
  '/': { fields: users, nav: { label: 'Users', icon: 'users', letter: 'u' } },
  '/user': {
    fields: {
      ...shared,
      id: anyText,
      /** The parameters of the list from which the page was opened, to find neighbors. */
      list: anyText,
      tab: oneOf(['calls', 'threads', 'feedback']),
      metric: oneOf(metrics),
      by: oneOf(splits),
      only: oneOf(callChoices),
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
      /** Searches in messages. */
      content: anyText,
      /** Limits the list to threads of this user. */
      user: anyText,
      only: oneOf(['errors']),
      sort: oneOf(threadSorts),
    },
    nav: { label: 'Threads', icon: 'threads', letter: 't' },
  },
  /** `list` has the parameters of the list from which the page was opened, to find neighbors. */
  '/thread': { fields: { ...shared, id: anyText, list: anyText } },
  '/calls': {
    fields: { ...shared, only: oneOf(callChoices) },
    nav: { label: 'Calls', icon: 'calls', letter: 's' },
  },
  /** `at` is the span whose attributes are shown. */
  '/call': { fields: { ...shared, trace: anyText, span: anyText, at: anyText } },
  /** With `new` a form is open that contains the filters and the user. */
  '/alerts': { fields: alerts, nav: { label: 'Alerts', icon: 'alerts', letter: 'a' } },
  '/budgets': {
    fields: alerts,
    nav: { label: 'Budgets', icon: 'budgets', letter: 'b' },
    unfiltered: 'Budgets cover whole periods and all calls.',
  },
  '/margin': {
    fields: {
      ...shared,
      /** The current month by default. */
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

/** Short addresses for typing, which redirect to pages: `/users/ID` is `/user?id=ID`. */
export const shortPaths = [
  ['/users', '/user'],
  ['/groups', '/group'],
  ['/features', '/feature'],
  ['/threads', '/thread'],
] as const;

/** Returns the page at a path; undefined if there is none. */
export function pageAt(path: string): PageEntry | undefined {
  return Object.hasOwn(pages, path) ? pages[path as PagePath] : undefined;
}

type SideBarPath = {
  [Path in PagePath]: (typeof pages)[Path] extends { readonly nav: unknown } ? Path : never;
}[PagePath];

/** The pages in the side bar. */
export const sideBar = (Object.entries(pages) as [PagePath, PageEntry][]).flatMap(([path, { nav }]) =>
  nav === undefined ? [] : [{ to: path as SideBarPath, ...nav }],
);
