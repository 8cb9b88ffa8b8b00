import { memo, type ReactElement } from 'react';

const width = 88;
const height = 22;

/** A small chart of thirty days, without axes. */
export const Sparkline = memo(function Sparkline(props: {
  readonly values: readonly number[];
  readonly label: string;
}): ReactElement {
  const { values, label } = props;
  const most = Math.max(...values, 0);
  const step = width / Math.max(values.length, 1);
  let path = '';
  for (const [at, value] of values.entries()) {
    if (value <= 0 || most === 0) continue;
    const tall = Math.max(1.5, (value / most) * (height - 2));
    path += `M${(at * step).toFixed(1)} ${height - 1}h${(step - 0.8).toFixed(1)}v${(-tall).toFixed(1)}h${(0.8 - step).toFixed(1)}z`;
  }
  return (
    <svg className="sparkline" width={width} height={height} role="img" aria-label={label}>
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      {path !== '' && <path d={path} />}
    </svg>
  );
});
