import type { CallDetail, CallRow } from '../api/calls.ts';
import { callsPath, rollupsPath, summaryPath, threadsPath, usersPath } from '../api/lists/list-paths.ts';
import { apiPath } from '../api/request.ts';
import type { RollupKind, RollupsPage } from '../api/rollups.ts';
import type { Summary } from '../api/summary.ts';
import type { ThreadDetail, ThreadRow } from '../api/threads.ts';
import type { UserDetail, UsersPage } from '../api/users.ts';
import { formatCount, plural } from '../format/count.ts';
import { formatMoney, unknownAmount } from '../format/money.ts';
import { readColumns } from '../list/column-choice.ts';
import { callListRequest } from '../pages/call/call-list-request.ts';
import { rollupChoices, rollupWords } from '../pages/rollups/rollup-choices.ts';
import { nameOf, rollupRequest } from '../pages/rollups/rollup-request.ts';
import { threadsRequest } from '../pages/thread/thread-list-request.ts';
import { userChoices } from '../pages/users/user-choices.ts';
import { usersRequest } from '../pages/users/users-request.ts';
import { readPageWidth } from '../ui/page/page-width.ts';
import { pageReaders } from '../url/page-search.ts';
import { shortPaths, type PagePath } from '../url/pages.ts';
import { readRange } from '../url/range.ts';
import { scopeQuery, userScopeQuery } from '../url/scope.ts';
import { costOf, momentOf, type EarlyPage, type RawSearch } from './early-page.ts';
import { settingPages } from './setting-pages.ts';

const noCalls = 'No calls in this range.';

function usersPage(raw: RawSearch, nowMs: number): EarlyPage {
  const search = pageReaders['/'](raw);
  const columns = readColumns(search, userChoices, readPageWidth());
  return {
    heading: 'Users',
    path: usersPath(usersRequest(scopeQuery(search, readRange(search, nowMs)), search, columns), undefined),
    tableOf: ({ data }: Pick<UsersPage, 'data'>) => ({
      rows: data.map((user) => [user.name ?? user.id, costOf(user)]),
    }),
    none: 'No users in this range.',
  };
}

function userPage(raw: RawSearch, nowMs: number): EarlyPage | undefined {
  const search = pageReaders['/user'](raw);
  if (search.id === '') return undefined;
  return {
    heading: search.id,
    path: apiPath(['users', search.id], userScopeQuery(search, readRange(search, nowMs))),
    tableOf: (user: UserDetail) => ({
      heading: user.name ?? user.id,
      rows: [
        ['Id', user.id],
        ['Cost', costOf(user)],
        ['Calls', formatCount(user.calls)],
        ['Errors', formatCount(user.errors)],
        ['Email', user.email ?? '—'],
        ['First seen', momentOf(user.firstSeen)],
        ['Last seen', momentOf(user.lastSeen)],
      ],
    }),
    none: noCalls,
  };
}

function rollupPage(kind: RollupKind, path: '/groups' | '/models' | '/features') {
  return (raw: RawSearch, nowMs: number): EarlyPage => {
    const search = pageReaders[path](raw);
    const columns = readColumns(search, rollupChoices(kind), readPageWidth());
    const scope = scopeQuery(search, readRange(search, nowMs));
    const { title, none } = rollupWords[kind];
    return {
      heading: title,
      path: rollupsPath(kind, rollupRequest(kind, scope, search, columns), undefined),
      tableOf: ({ data }: RollupsPage) => ({
        rows: data.map((row) => [nameOf(kind, row) ?? none, costOf(row)]),
      }),
      none: noCalls,
    };
  };
}

function subjectPage(filter: 'group' | 'tag', path: '/group' | '/feature') {
  return (raw: RawSearch, nowMs: number): EarlyPage | undefined => {
    const search = pageReaders[path](raw);
    if (search.id === undefined) return undefined;
    return {
      heading: search.id,
      path: summaryPath(scopeQuery({ ...search, [filter]: search.id }, readRange(search, nowMs))),
      tableOf: (summary: Summary) => ({
        rows: [
          ['Users', formatCount(summary.users)],
          ['New users', formatCount(summary.newUsers)],
          ['Calls', formatCount(summary.calls)],
          ['Errors', formatCount(summary.errors)],
          ['Cost', costOf(summary)],
        ],
      }),
      none: noCalls,
    };
  };
}

function threadsPage(raw: RawSearch, nowMs: number): EarlyPage {
  const search = pageReaders['/threads'](raw);
  const request = { ...threadsRequest(search, readRange(search, nowMs)), include: 'title' };
  return {
    heading: 'Threads',
    path: threadsPath(request, undefined),
    tableOf: ({ data }: { readonly data: readonly ThreadRow[] }) => ({
      rows: data.map((row) => [row.title ?? row.id, costOf(row)]),
    }),
    none: 'No threads in this range.',
  };
}

function threadPage(raw: RawSearch): EarlyPage | undefined {
  const { id } = pageReaders['/thread'](raw);
  if (id === '') return undefined;
  return {
    heading: `Thread ${id}`,
    path: apiPath(['threads', id]),
    tableOf: (thread: ThreadDetail) => ({
      rows: [
        ['User', thread.userId ?? '—'],
        ['Cost', costOf(thread)],
        ['Calls', formatCount(thread.callCount)],
        ['Errors', formatCount(thread.errors)],
        ['Started', momentOf(thread.firstSeen)],
        ['Last call', momentOf(thread.lastSeen)],
        ...thread.calls.map(
          (call) =>
            [
              `${momentOf(call.at)} · ${call.model ?? call.name ?? 'call'}`,
              call.error ?? (call.costExact === null ? unknownAmount : formatMoney(call.costExact)),
            ] as const,
        ),
      ],
    }),
    none: noCalls,
  };
}

function callsPage(raw: RawSearch, nowMs: number): EarlyPage {
  const search = pageReaders['/calls'](raw);
  return {
    heading: 'Calls',
    path: callsPath(callListRequest(search, readRange(search, nowMs)), undefined),
    tableOf: ({ data }: { readonly data: readonly CallRow[] }) => ({
      rows: data.map((call) => [
        `${momentOf(call.at)} · ${call.model ?? call.requestModel ?? 'unknown model'}`,
        call.error ?? (call.costExact === null ? unknownAmount : formatMoney(call.costExact)),
      ]),
    }),
    none: noCalls,
  };
}

function callPage(raw: RawSearch): EarlyPage | undefined {
  const { trace, span } = pageReaders['/call'](raw);
  if (trace === '' || span === '') return undefined;
  return {
    heading: `Call ${span}`,
    path: apiPath(['calls', trace, span]),
    tableOf: (call: CallDetail) => ({
      rows: [
        ...(call.error === null ? [] : [['Error', call.error] as const]),
        ['Cost', call.costExact === null ? unknownAmount : formatMoney(call.costExact)],
        ['Model', call.model ?? call.requestModel ?? '—'],
        ['User', call.userId ?? 'unattributed'],
        ['Input', plural(call.inputTokens, 'token')],
        ['Output', plural(call.outputTokens, 'token')],
        ['When', momentOf(call.at)],
      ],
    }),
    none: noCalls,
  };
}

function unattributedPage(raw: RawSearch, nowMs: number): EarlyPage {
  const search = pageReaders['/unattributed'](raw);
  return {
    heading: 'Unattributed',
    path: summaryPath(userScopeQuery(search, readRange(search, nowMs))),
    tableOf: ({ unattributedBy }: Summary) => ({
      rows: unattributedBy.map((source) => [
        `${source.service ?? 'unknown service'} · ${source.operation ?? 'any operation'}`,
        costOf(source),
      ]),
    }),
    none: 'Every call in this range has a user, or is a system call.',
  };
}

/** Each page. A page without an entry would be blank for seconds on a slow network, and does not compile. */
const earlyPages: Readonly<Record<PagePath, (raw: RawSearch, nowMs: number) => EarlyPage | undefined>> = {
  ...settingPages,
  '/': usersPage,
  '/user': userPage,
  '/groups': rollupPage('groups', '/groups'),
  '/group': subjectPage('group', '/group'),
  '/models': rollupPage('models', '/models'),
  '/features': rollupPage('tags', '/features'),
  '/feature': subjectPage('tag', '/feature'),
  '/threads': threadsPage,
  '/thread': threadPage,
  '/calls': callsPage,
  '/call': callPage,
  '/unattributed': unattributedPage,
};

/** What to request and show of a page before its code; undefined if there is no such page. */
export function earlyPage(pathname: string, search: RawSearch, nowMs: number): EarlyPage | undefined {
  const short = shortPaths.find(([folder]) => pathname.startsWith(`${folder}/`));
  if (short !== undefined) {
    const [folder, to] = short;
    const id = decodeURIComponent(pathname.slice(folder.length + 1));
    return earlyPages[to]({ ...search, id }, nowMs);
  }
  return Object.hasOwn(earlyPages, pathname) ? earlyPages[pathname as PagePath](search, nowMs) : undefined;
}
