import { usersPath } from './api/lists/list-paths.ts';
import { apiPath } from './api/request.ts';
import type { ThreadDetail } from './api/threads.ts';
import type { UserDetail, UsersPage } from './api/users.ts';
import { formatCount } from './format/count.ts';
import { formatMoney, unknownAmount } from './format/money.ts';
import { formatMoment } from './format/time.ts';
import { readColumns } from './list/column-choice.ts';
import { userChoices } from './pages/users/user-choices.ts';
import { usersRequest } from './pages/users/users-request.ts';
import { readPageWidth } from './ui/page/page-width.ts';
import { readThreadSearch, readUserSearch, readUsersSearch } from './url/page-search.ts';
import { readRange } from './url/range.ts';
import { scopeQuery, userScopeQuery } from './url/scope.ts';

/** A plain table of names and values. */
export interface EarlyTable {
  readonly heading: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

/** The request whose answer shows the most of a page, and what to show until the page has loaded. */
export interface EarlyPage {
  readonly path: string;
  readonly tableOf: (answer: never) => EarlyTable;
}

type Search = Readonly<Record<string, unknown>>;

interface Amount {
  readonly costExact: string | null;
  readonly unpricedCalls: number;
}

/** As `Money` of the page: a plus says that calls without a price are missing, and zero without them says nothing. */
function costOf({ costExact, unpricedCalls }: Amount): string {
  if (costExact === null || (unpricedCalls > 0 && Number(costExact) === 0)) return unknownAmount;
  return `${formatMoney(costExact)}${unpricedCalls > 0 ? '+' : ''}`;
}

function momentOf(time: string | null): string {
  return time === null ? '—' : formatMoment(Date.parse(time));
}

function usersPage(raw: Search, nowMs: number): EarlyPage {
  const search = readUsersSearch(raw);
  const columns = readColumns(search, userChoices, readPageWidth());
  return {
    path: usersPath(usersRequest(scopeQuery(search, readRange(search, nowMs)), search, columns), undefined),
    tableOf: ({ data }: Pick<UsersPage, 'data'>) => ({
      heading: 'Users',
      rows: data.map((user) => [user.name ?? user.id, costOf(user)]),
    }),
  };
}

function userPage(raw: Search, nowMs: number): EarlyPage | undefined {
  const search = readUserSearch(raw);
  if (search.id === '') return undefined;
  return {
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
  };
}

function threadPage(raw: Search): EarlyPage | undefined {
  const { id } = readThreadSearch(raw);
  if (id === '') return undefined;
  return {
    path: apiPath(['threads', id]),
    tableOf: (thread: ThreadDetail) => ({
      heading: `Thread ${id}`,
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
  };
}

/** What to request and show of a page before its code. `undefined` for pages that have nothing of the kind. */
export function earlyPage(pathname: string, search: Search, nowMs: number): EarlyPage | undefined {
  if (pathname === '/') return usersPage(search, nowMs);
  if (pathname === '/user') return userPage(search, nowMs);
  return pathname === '/thread' ? threadPage(search) : undefined;
}
