import type { ReactElement } from 'react';
import { formatMoney } from '../../format/money.ts';
import { useCurrency } from '../../ui/currency.tsx';
import { Money } from '../../ui/money.tsx';

/** An exact amount; nothing at all is what has no price yet, and that is not zero. */
export function Exact({ amount }: { readonly amount: string }): ReactElement {
  const value = Number(amount);
  return <Money cost={value === 0 ? null : value} costExact={amount} reason="No price" />;
}

/** How much more or less it is. */
export function Difference(props: { readonly before: string; readonly after: string }): ReactElement {
  const currency = useCurrency();
  const difference = Number(props.after) - Number(props.before);
  if (difference === 0) return <span className="faint">±0</span>;
  return (
    <strong>
      {difference > 0 && '+'}
      {formatMoney(difference, currency)}
    </strong>
  );
}
