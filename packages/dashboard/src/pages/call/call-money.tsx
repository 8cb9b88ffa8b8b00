import type { ReactElement } from 'react';
import type { CallRow } from '../../api/calls.ts';
import { Money } from '../../ui/money.tsx';

/** Shows the cost of a call, or why it is unknown or zero. */
export function CallMoney(props: {
  readonly call: Pick<CallRow, 'cost' | 'costExact' | 'costSource' | 'unpriced'>;
}): ReactElement {
  const { cost, costExact, costSource, unpriced } = props.call;
  return (
    <Money
      cost={cost}
      costExact={costExact}
      reason={unpriced ?? undefined}
      note={costSource === 'unbilled' ? 'The provider refused the call and billed nothing' : undefined}
    />
  );
}
