import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import type { ActiveRule } from './rule.ts';
import { spanBefore } from './window.ts';

/** How late a call may arrive after the end of its day, week or month and still make an alert fire. */
const MAX_LATE_MS = 3_600_000;
/**
 * Maximum number of ended windows that are evaluated after a pause, so that a pause of months does not cause hundreds
 * of queries.
 */
const MAX_ENDED = 3;
/** Days begin at a multiple of this in every time zone, so that an evaluation is always before or after the end of the late calls. */
const STORED_EVERY_MS = 900_000;

/**
 * The ended days, weeks or months of a rule that have to be evaluated again, the oldest first, because calls of their
 * last seconds arrive after their last regular evaluation. A window stays in the list until it is evaluated an hour
 * after its end.
 *
 * @param evaluatedMs - Time of the previous evaluation; minus infinity if there was none. If it is `undefined` (not
 * known), the list is empty.
 */
export function endedSpans(
  { rule, parsedWindow, writtenMs }: ActiveRule,
  current: TimeSpan,
  evaluatedMs: number | undefined,
): readonly TimeSpan[] {
  // A projection is not needed for a window that ended.
  if (parsedWindow.kind === 'rolling' || rule.projected === true || evaluatedMs === undefined) return [];
  const spans: TimeSpan[] = [];
  let span = spanBefore(parsedWindow, current);
  // A rule does not apply to windows that ended before the rule was written.
  while (spans.length < MAX_ENDED && span.toMs > Math.max(evaluatedMs - MAX_LATE_MS, writtenMs)) {
    spans.unshift(span);
    span = spanBefore(parsedWindow, span);
  }
  return spans;
}

/** Whether the time of an evaluation has to be stored, so that {@link endedSpans} returns the same after a restart. */
export function mustStoreTime(evaluatedMs: number, storedMs: number | undefined): boolean {
  return (
    storedMs === undefined ||
    Math.floor(evaluatedMs / STORED_EVERY_MS) !== Math.floor(storedMs / STORED_EVERY_MS)
  );
}
