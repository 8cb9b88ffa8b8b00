import { budgetOf } from '@userspan/node';

const dayMs = 86_400_000;

/**
 * Express middleware: lets a request through while no budget of its user is used up.
 *
 * A budget that starts again within a day is 429 with the time to wait; one that does not is 402. The answer comes from
 * a local cache (a second here) or from the collector's memory within 250 ms. Where the collector does not answer in
 * time, the request goes through: a budget is no reason to be down.
 */
export async function withinBudget(request, response, next) {
  const { allowed, left, budgets } = await budgetOf(request.userId, { cacheMs: 1_000, timeoutMs: 250 });
  if (allowed) {
    // Enough for a cheaper model, for instance.
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
