import { getJson, isAskedEarly } from '../request.ts';

/** The maximum time that a request waits for the requests before it. */
const mostWaitMs = 1_500;

let list: Promise<unknown> = Promise.resolve();
let totals: Promise<unknown> = Promise.resolve();

// In a large project the collector uses one or two cores for a query, so queries at the same time slow each other down.
// A page therefore requests its list and the totals first, the chart when the list has arrived (with a filter on users
// when the totals have arrived too), and everything else after that.

/** Registers the request for the page's list, and returns it. */
export function asList<Rows>(answer: Promise<Rows>): Promise<Rows> {
  list = answer.catch(() => undefined);
  return answer;
}

/** Requests the totals of the page, right after the list if it is requested in the same task. */
export function getTotals<Totals>(path: string, signal: AbortSignal): Promise<Totals> {
  const answer = besideList().then(() => getJson<Totals>(path, signal));
  totals = answer.catch(() => undefined);
  return answer;
}

/** Requests figures when the list that is requested in the same task has arrived. */
export async function getAfterList<Figures>(path: string, signal: AbortSignal): Promise<Figures> {
  if (!isAskedEarly(path)) {
    await besideList();
    await atMost(list);
  }
  return getJson<Figures>(path, signal);
}

/** Requests figures when the list and the totals that are requested in the same task have arrived. */
export async function getAfterTotals<Figures>(path: string, signal: AbortSignal): Promise<Figures> {
  if (!isAskedEarly(path)) {
    // All parts of a page send their requests in the same task.
    await besideList();
    await atMost(Promise.all([list, totals]).then(nextPaint));
  }
  return getJson<Figures>(path, signal);
}

async function atMost(answer: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, mostWaitMs);
  });
  await Promise.race([answer, late]);
  clearTimeout(timer);
}

/** Waits until the received figures are painted, because processing further answers would delay that. */
async function nextPaint(): Promise<void> {
  // The rows are painted in the first frame, which has ended when the second one begins.
  for (const _frame of [1, 2]) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Waits for the end of the task, so that the list is requested first. */
function besideList(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
