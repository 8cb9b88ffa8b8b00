/**
 * Work that may take long, such as for a trace of forty thousand spans. It yields every few items, so that a server can
 * do other work in between. {@link runToEnd} runs it without pauses.
 */
export type Steps<T> = Generator<undefined, T, void>;

/** Loops yield every 32 items: when `(++done & STEP_MASK) === 0`. */
export const STEP_MASK = 31;
/** Lists up to this length are sorted in one step. */
const RUN = 256;

/** Runs all steps and returns the result. */
export function runToEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Sorts a list in place, in steps. Stable, as `Array.sort` is. */
export function* sortInSteps<T>(list: T[], compare: (a: T, b: T) => number): Steps<T[]> {
  if (list.length <= RUN) return list.sort(compare);
  let from: T[] = [];
  for (let at = 0; at < list.length; at += RUN) {
    for (const item of list.slice(at, at + RUN).sort(compare)) from.push(item);
    yield;
  }
  let to = list;
  for (let width = RUN; width < from.length; width *= 2) {
    for (let at = 0; at < from.length; at += width * 2) yield* mergeRuns(from, to, at, width, compare);
    [from, to] = [to, from];
  }
  if (from !== list) for (const [at, item] of from.entries()) list[at] = item;
  return list;
}

function* mergeRuns<T>(
  from: readonly T[],
  to: T[],
  start: number,
  width: number,
  compare: (a: T, b: T) => number,
): Steps<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + width * 2, from.length);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    const isLeft = left < middle && (right >= end || compare(from[left] as T, from[right] as T) <= 0);
    to[at] = from[isLeft ? left++ : right++] as T;
    if ((at & 255) === 0) yield;
  }
}
