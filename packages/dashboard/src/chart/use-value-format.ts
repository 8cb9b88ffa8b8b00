import { formatCompact, formatCount } from '../format/count.ts';
import { formatMoney, formatMoneyShort } from '../format/money.ts';
import { useCurrency } from '../ui/currency.tsx';
import type { Metric } from './stack-usage.ts';

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** Returns functions that format the values of a chart for its tooltip and its axis. */
export function useValueFormat(metric: Metric): {
  readonly formatValue: (value: number) => string;
  readonly formatAxis: (value: number) => string;
} {
  const currency = useCurrency();
  if (metric !== 'cost') {
    return {
      formatValue: metric === 'calls' ? formatCount : formatCompact,
      formatAxis: (value) => short.format(value),
    };
  }
  return {
    formatValue: (value) => formatMoney(value, currency),
    formatAxis: (value) => formatMoneyShort(value, currency),
  };
}
