import type { ReactElement } from 'react';
import type { CallRow } from '../../api/calls.ts';
import { Money } from '../../ui/money.tsx';

/** What one call cost, or why that is not known, or why it was nothing. */
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
