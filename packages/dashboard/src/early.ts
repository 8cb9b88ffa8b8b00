import './styles/tokens.css';
import './styles/base.css';
import { summaryPath, usagePath, usersPath } from './api/lists/list-paths.ts';
import { askEarly } from './api/request.ts';
import { holdEarlyKeys } from './early-keys.ts';
import { drawCodeFailure, drawEarlyList } from './early-list.ts';
import { readColumns } from './list/column-choice.ts';
import { userChoices } from './pages/users/user-choices.ts';
import { usersRequest } from './pages/users/users-request.ts';
import { readPageWidth } from './ui/page/page-width.ts';
import { hasUserFilters } from './url/filters.ts';
import { readUsersSearch } from './url/page-search.ts';
import { bucketOf, readRange } from './url/range.ts';
import { overTime, scopeQuery } from './url/scope.ts';
import { parseSearch } from './url/search-codec.ts';

// The first script, which is small. It sends the requests of the landing page before the browser loads the code of the
// pages. On a slow network everything else waits until the list is drawn, because it would share the bandwidth.

/** If this script took longer than this to load, the network is considered slow. */
const slowMs = 300;
/** The maximum time that loading the code of the pages waits for the list. */
const longestWaitMs = 1500;

async function askForUsers(isSlow: boolean): Promise<void> {
  const nowMs = Date.now();
  const search = readUsersSearch(parseSearch(window.location.search));
  const range = readRange(search, nowMs);
  const scope = scopeQuery(search, range);
  const columns = readColumns(search, userChoices, readPageWidth());
  const drawn = drawEarlyList(askEarly(usersPath(usersRequest(scope, search, columns), undefined))).catch(
    () => undefined,
  );
  if (isSlow) {
    await Promise.race([drawn, wait(longestWaitMs)]);
  }
  void askEarly(summaryPath(scope));
  // With a filter on users the chart takes as long as the list, and is requested after it.
  if (search.view === undefined && !hasUserFilters(scope)) {
    void askEarly(usagePath(overTime(scope, { bucket: bucketOf(range, nowMs), by: search.by ?? 'model' })));
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function start(): Promise<void> {
  holdEarlyKeys();
  if (window.location.pathname === '/') {
    await askForUsers(performance.now() > slowMs);
  }
  await import('./main.tsx').catch(drawCodeFailure);
}

void start();
