import type { ReactElement } from 'react';
import { formatMoney } from '../../format/money.ts';
import { useCurrency } from '../../ui/currency.tsx';
import { Money } from '../../ui/money.tsx';

/** The exact cost of calls, of which some may have no price. */
export function Exact(props: { readonly amount: string; readonly unpricedCalls: number }): ReactElement {
  const { amount, unpricedCalls } = props;
  return <Money cost={Number(amount)} costExact={amount} unpricedCalls={unpricedCalls} />;
}

/** The difference between two amounts. */
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
