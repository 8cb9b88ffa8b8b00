import { summaryPath, usagePath, usersPath } from './api/list-paths.ts';
import { askEarly } from './api/request.ts';
import { drawEarlyList } from './early-list.ts';
import { readColumns } from './pages/users/column-choice.ts';
import { figuresRequest, usageRequest, usersRequest } from './pages/users/users-request.ts';
import { readPageWidth } from './ui/page-width.ts';
import { readUsersSearch } from './url/page-search.ts';
import { readRange } from './url/range.ts';
import { parseSearch } from './url/search-codec.ts';

// A script of its own, small and first: the collector already works on what the landing page shows, the list before all
// else, while the browser still reads what draws it.
if (window.location.pathname === '/') {
  const nowMs = Date.now();
  const search = readUsersSearch(parseSearch(window.location.search));
  const range = readRange(search, nowMs);
  const columns = readColumns(search, readPageWidth());
  void drawEarlyList(askEarly(usersPath(usersRequest(search, range, columns), undefined))).catch(
    () => undefined,
  );
  void askEarly(usagePath(usageRequest(search, range, nowMs)));
  void askEarly(summaryPath(figuresRequest(search, range)));
}
