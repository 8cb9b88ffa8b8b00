import type { ReactElement } from 'react';
import { formatMoment, formatTimeOfDay } from '../../format/time.ts';
import { Tip } from '../tip/tip.tsx';

/** Shows the time of day, with date and time zone in the tooltip. */
export function Moment({ atMs }: { readonly atMs: number }): ReactElement {
  return (
    <Tip text={formatMoment(atMs)} className="transcript-time faint number">
      <time dateTime={new Date(atMs).toISOString()}>{formatTimeOfDay(atMs)}</time>
    </Tip>
  );
}
