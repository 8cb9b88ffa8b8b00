/** The longest time that the other figures of a page wait for its list. */
const mostWaitMs = 1_500;

let list: Promise<unknown> = Promise.resolve();

/** Notes that the list of the page is on its way, and returns it. */
export function asList<Rows>(answer: Promise<Rows>): Promise<Rows> {
  list = answer.catch(() => undefined);
  return answer;
}

/**
 * Waits for the list that the page asks for at the same moment. Of a large project the collector works out one thing after another:
 * what people filter, sort and read first comes first, and the figures around it come after it.
 */
export async function afterList(): Promise<void> {
  // The parts of a page ask one after the other in one task.
  await besideList();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, mostWaitMs);
  });
  await Promise.race([list.then(nextPaint), late]);
  clearTimeout(timer);
}

/** Waits until what has arrived is drawn: the answers that follow would keep the processor from it. */
async function nextPaint(): Promise<void> {
  // The first frame is where the rows are drawn; it is over when the second one begins.
  for (const _frame of [1, 2]) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Lets the list be asked for first, in the same task; for what takes the collector little. */
export function besideList(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
