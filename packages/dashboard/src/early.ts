import { summaryPath, usagePath, usersPath } from './api/list-paths.ts';
import { askEarly } from './api/request.ts';
import { drawEarlyList } from './early-list.ts';
import { readColumns } from './list/column-choice.ts';
import { userChoices } from './pages/users/user-choices.ts';
import { usersRequest } from './pages/users/users-request.ts';
import { readPageWidth } from './ui/page-width.ts';
import { readUsersSearch } from './url/page-search.ts';
import { bucketOf, readRange } from './url/range.ts';
import { overTime, scopeQuery } from './url/scope.ts';
import { parseSearch } from './url/search-codec.ts';

// A script of its own, small and first: the collector already works on what the landing page shows, the list before all
// else, while the browser still reads what draws it.
if (window.location.pathname === '/') {
  const nowMs = Date.now();
  const search = readUsersSearch(parseSearch(window.location.search));
  const range = readRange(search, nowMs);
  const scope = scopeQuery(search, range);
  const columns = readColumns(search, userChoices, readPageWidth());
  void drawEarlyList(askEarly(usersPath(usersRequest(scope, search, columns), undefined))).catch(
    () => undefined,
  );
  if (search.view === undefined) {
    void askEarly(usagePath(overTime(scope, { bucket: bucketOf(range, nowMs), by: search.by ?? 'model' })));
  }
  void askEarly(summaryPath(scope));
}
