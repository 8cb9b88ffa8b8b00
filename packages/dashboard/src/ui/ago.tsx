import type { ReactElement } from 'react';
import { formatAgo, formatMoment } from '../format/time.ts';
import { Tip } from './tip.tsx';
import { useNow } from './now.tsx';

/** How long ago something was; the moment itself, in the reader's time zone, is in the tooltip. */
export function Ago({ time }: { readonly time: string | number | null | undefined }): ReactElement {
  const now = useNow();
  const at = typeof time === 'number' ? time : Date.parse(time ?? '');
  if (!Number.isFinite(at)) return <span className="faint">—</span>;
  return (
    <Tip text={formatMoment(at)}>
      <time dateTime={new Date(at).toISOString()}>{formatAgo(at, Math.max(now, at))}</time>
    </Tip>
  );
}
