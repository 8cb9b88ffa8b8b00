import type { ReactElement } from 'react';
import { formatMoney } from '../../format/money.ts';
import { useCurrency } from '../../ui/currency.tsx';
import { Money } from '../../ui/money.tsx';

/** An exact amount, or that there is none. */
export function Exact({ amount }: { readonly amount: string | null }): ReactElement {
  return <Money cost={amount === null ? null : Number(amount)} costExact={amount} reason="Unpriced" />;
}

/** How much more or less it is. */
export function Difference(props: {
  readonly before: string | null;
  readonly after: string | null;
}): ReactElement {
  const currency = useCurrency();
  const difference = Number(props.after ?? 0) - Number(props.before ?? 0);
  if (difference === 0) return <span className="faint">±0</span>;
  return (
    <strong>
      {difference > 0 && '+'}
      {formatMoney(difference, currency)}
    </strong>
  );
}
