import './styles/tokens.css';
import './styles/base.css';
import { summaryPath, usagePath } from './api/lists/list-paths.ts';
import { askEarly } from './api/request.ts';
import { holdEarlyKeys } from './early/early-keys.ts';
import { earlyPage } from './early/early-pages.ts';
import { drawCodeFailure, drawEarlyPage } from './early/early-table.ts';
import { hasUserFilters } from './url/filters.ts';
import { readUsersSearch, type UsersSearch } from './url/page-search.ts';
import { bucketOf, readRange } from './url/range.ts';
import { overTime, scopeQuery } from './url/scope.ts';
import { parseSearch } from './url/search-codec.ts';

// The first script, which is small. It sends the main request of a page before the browser loads the code of the
// pages. On a slow network everything else waits until its answer is drawn, because it would share the bandwidth.

/** If this script took longer than this to load, the network is considered slow. */
const slowMs = 300;
/** The maximum time that loading the code of the pages waits for the figures. */
const longestWaitMs = 1500;

async function askForPage(isSlow: boolean): Promise<void> {
  const nowMs = Date.now();
  const raw = parseSearch(window.location.search);
  const page = earlyPage(window.location.pathname, raw, nowMs);
  if (page === undefined) {
    return;
  }
  const drawn = drawEarlyPage(page, isSlow).catch(() => undefined);
  if (isSlow) {
    await Promise.race([drawn, wait(longestWaitMs)]);
  }
  if (window.location.pathname === '/') {
    askForTotals(readUsersSearch(raw), nowMs);
  }
}

/** Requests the totals and the chart of the landing page. */
function askForTotals(search: UsersSearch, nowMs: number): void {
  const range = readRange(search, nowMs);
  const scope = scopeQuery(search, range);
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
  // A page without early figures still loads.
  await askForPage(performance.now() > slowMs).catch(() => undefined);
  await import('./main.tsx').catch(drawCodeFailure);
}

void start();
