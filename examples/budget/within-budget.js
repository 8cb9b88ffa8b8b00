import { budgetOf } from '@userspan/node';

const dayMs = 86_400_000;

/**
 * Express middleware that refuses a request if a budget of its user is used up.
 *
 * If all exceeded budgets start again within a day, the status is 429 with `Retry-After`; otherwise it is 402. The
 * state of the budgets comes from a local cache (1 s here) or from the collector. If the collector does not answer
 * within 250 ms, the request is allowed, so that the app works without the collector.
 */
export async function withinBudget(request, response, next) {
  const { allowed, left, budgets } = await budgetOf(request.userId, { cacheMs: 1_000, timeoutMs: 250 });
  if (allowed) {
    // The app can choose a cheaper model when little is left.
    response.locals.budgetLeft = left;
    next();
    return;
  }
  const ends = budgets.filter(({ isExceeded }) => isExceeded).map(({ to }) => Date.parse(to));
  const again = ends.length === 0 ? null : new Date(Math.max(...ends));
  const waitMs = again === null ? Infinity : again.getTime() - Date.now();
  if (waitMs <= dayMs) response.set('Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000))));
  response.status(waitMs <= dayMs ? 429 : 402).json({ error: 'The budget is used up.', again });
}
