import type { ReactElement } from 'react';
import { formatAgo, formatMoment } from '../../format/time.ts';
import { Tip } from '../tip/tip.tsx';
import { useNow } from './now.tsx';

/** Shows how long ago something was, with the local time in the tooltip. */
export function Ago({ time }: { readonly time: string | number | null | undefined }): ReactElement {
  const now = useNow();
  const at = typeof time === 'number' ? time : Date.parse(time ?? '');
  if (!Number.isFinite(at)) return <span className="faint">—</span>;
  const isMisdated = at > now + MAX_AHEAD_MS || at < FIRST_LLM_MS;
  return (
    <Tip
      text={isMisdated ? `${formatMoment(at)}\nThe sender’s clock is wrong` : formatMoment(at)}
      className={isMisdated ? 'warn' : undefined}
    >
      <time dateTime={new Date(at).toISOString()}>{formatAgo(at, isMisdated ? now : Math.max(now, at))}</time>
    </Tip>
  );
}

/** A time further in the future comes from a wrong clock. */
const MAX_AHEAD_MS = 5 * 60_000;
/** There were no LLM calls before this time, so earlier times come from wrong clocks. */
const FIRST_LLM_MS = Date.UTC(2015, 0, 1);
