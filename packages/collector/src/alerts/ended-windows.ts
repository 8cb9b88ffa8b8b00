import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import type { ActiveRule } from './rule.ts';
import { spanBefore } from './window.ts';

/** How late a call of a day, week or month that ended may arrive and still make an alert fire. */
const MAX_LATE_MS = 3_600_000;
/** Maximum number of windows that are evaluated again after a pause, so that a pause of months does not read them all. */
const MAX_ENDED = 3;
/** Days begin at a multiple of this in every time zone, so that an evaluation is always before or after the end of the late calls. */
const STORED_EVERY_MS = 900_000;

/**
 * The days, weeks or months of a rule that ended and are evaluated once more, the oldest first: all calls of their last
 * seconds arrive after the last evaluation. A window stays in the list until an evaluation an hour after its end.
 *
 * @param evaluatedMs - Time of the evaluation before; minus infinity where there was none; `undefined` where it is not known, and then
 *   no window ended since.
 */
export function endedSpans(
  { rule, parsedWindow, writtenMs }: ActiveRule,
  current: TimeSpan,
  evaluatedMs: number | undefined,
): readonly TimeSpan[] {
  // What a window would end with is known when it ended.
  if (parsedWindow.kind === 'rolling' || rule.projected === true || evaluatedMs === undefined) return [];
  const spans: TimeSpan[] = [];
  let span = spanBefore(parsedWindow, current);
  // A rule is not applied to windows that ended before it was written.
  while (spans.length < MAX_ENDED && span.toMs > Math.max(evaluatedMs - MAX_LATE_MS, writtenMs)) {
    spans.unshift(span);
    span = spanBefore(parsedWindow, span);
  }
  return spans;
}

/** Whether the time of an evaluation has to be stored, so that {@link endedSpans} is the same after a restart. */
export function mustStoreTime(evaluatedMs: number, storedMs: number | undefined): boolean {
  return (
    storedMs === undefined ||
    Math.floor(evaluatedMs / STORED_EVERY_MS) !== Math.floor(storedMs / STORED_EVERY_MS)
  );
}
