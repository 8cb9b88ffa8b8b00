import type { ReactElement } from 'react';
import type { Summary } from '../../api/summary.ts';
import { plural } from '../../format/count.ts';

/** Says how many calls are of senders whose clocks are wrong, as no range that ends now has all of them. */
export function MisdatedNotice({ misdated }: Pick<Summary, 'misdated'>): ReactElement | null {
  const { future, past } = misdated;
  if (future === 0 && past === 0) return null;
  const parts = [
    ...(future === 0 ? [] : [`${plural(future, 'call')} dated later than now`]),
    ...(past === 0 ? [] : [`${plural(past, 'call')} dated before 2015`]),
  ];
  return (
    <div className="note" role="note">
      <strong className="warn">Wrong clock</strong> {parts.join(' and ')}. Only “All time” has them; set the
      clock of the sender.
    </div>
  );
}
