import type { ReactElement } from 'react';
import type { Summary } from '../../api/summary.ts';
import { plural } from '../../format/count.ts';

/** Says how many calls have dates that cannot be right: no range that ends now contains all of them. */
export function MisdatedNotice({ misdated }: Pick<Summary, 'misdated'>): ReactElement | null {
  const { future, past } = misdated;
  if (future === 0 && past === 0) return null;
  const parts = [
    ...(future === 0 ? [] : [`${plural(future, 'call')} dated later than now`]),
    ...(past === 0 ? [] : [`${plural(past, 'call')} dated before 2015`]),
  ];
  return (
    <div className="note" role="note">
      <strong className="warn">Wrong clock</strong> {parts.join(' and ')}. They count in ranges with their
      dates, such as “All time”. Correct the clock of the service that sent them.
    </div>
  );
}
