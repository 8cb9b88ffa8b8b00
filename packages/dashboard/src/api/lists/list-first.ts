import { getJson, isAskedEarly } from '../request.ts';

/** The longest time that figures wait for the ones that are read before them. */
const mostWaitMs = 1_500;

let list: Promise<unknown> = Promise.resolve();
let totals: Promise<unknown> = Promise.resolve();

// Of a large project the collector works out one query on one core or two, and more at the same time take each other's time.
// So a page asks for the list that people filter and sort, and for its totals beside it; when the list is there for what is
// drawn over time, and then for what is around them.

/** Notes that the list of the page is on its way, and returns it. */
export function asList<Rows>(answer: Promise<Rows>): Promise<Rows> {
  list = answer.catch(() => undefined);
  return answer;
}

/** Asks for the totals of the page, right after the list that is asked for at the same moment. */
export function getTotals<Totals>(path: string, signal: AbortSignal): Promise<Totals> {
  const answer = besideList().then(() => getJson<Totals>(path, signal));
  totals = answer.catch(() => undefined);
  return answer;
}

/** Asks for figures as soon as the list has arrived that is asked for at the same moment. */
export async function getAfterList<Figures>(path: string, signal: AbortSignal): Promise<Figures> {
  if (!isAskedEarly(path)) {
    await besideList();
    await atMost(list);
  }
  return getJson<Figures>(path, signal);
}

/** Asks for figures when the list and the totals have arrived that the page asks for at the same moment. */
export async function getAfterTotals<Figures>(path: string, signal: AbortSignal): Promise<Figures> {
  if (!isAskedEarly(path)) {
    // The parts of a page ask one after the other in one task.
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

/** Waits until what has arrived is drawn: the answers that follow would keep the processor from it. */
async function nextPaint(): Promise<void> {
  // The first frame is where the rows are drawn; it is over when the second one begins.
  for (const _frame of [1, 2]) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Lets the list be asked for first, in the same task. */
function besideList(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
