import type { ReactElement } from 'react';
import type { Figures } from '../api/figures.ts';
import { formatMoney, formatMoneyExact, unknownAmount } from '../format/money.ts';
import { plural } from '../format/count.ts';
import { useCurrency } from './currency.tsx';
import { Tip } from './tip/tip.tsx';

/** A cost from the API; null if none of the calls has a price. */
export interface MoneyAmount {
  readonly cost: number | null;
  /** The cost as an exact decimal. */
  readonly costExact?: string | null | undefined;
  /** Number of calls without a price, which are not included. */
  readonly unpricedCalls?: number | undefined;
  /** Number of calls with token counts that the client estimated. */
  readonly estimatedCalls?: number | undefined;
  /** Why the cost is unknown. */
  readonly reason?: string | undefined;
  /** Further remarks on a cost. */
  readonly note?: string | undefined;
}

/** Shows a cost with all digits in the tooltip. An unknown cost is shown as a dash with the reason, never as zero. */
export function Money(props: MoneyAmount): ReactElement {
  const currency = useCurrency();
  const { cost, costExact, unpricedCalls = 0, estimatedCalls = 0, reason, note } = props;
  // A sum of zero without some calls is shown as unknown, because "at least $0" says nothing.
  if (cost === null || (cost === 0 && unpricedCalls > 0)) {
    const why = reason ?? (unpricedCalls > 0 ? `No price for ${plural(unpricedCalls, 'call')}` : 'No calls');
    return (
      <Tip text={why} className="faint">
        {unknownAmount}
        <span className="hidden-visually"> {why}</span>
      </Tip>
    );
  }
  const missing =
    unpricedCalls > 0
      ? `\nwithout ${plural(unpricedCalls, 'call')} that ${unpricedCalls === 1 ? 'has' : 'have'} no price`
      : '';
  const estimated = estimatedCalls > 0 ? `\n${estimatedWords(estimatedCalls)}` : '';
  return (
    <Tip
      text={`${formatMoneyExact(costExact ?? cost)}${missing}${estimated}${note === undefined ? '' : `\n${note}`}`}
    >
      {estimatedCalls > 0 && (
        <span className="faint" aria-hidden="true">
          ≈
        </span>
      )}
      {formatMoney(costExact ?? cost, currency)}
      {unpricedCalls > 0 && (
        <span className="faint" aria-hidden="true">
          +
        </span>
      )}
    </Tip>
  );
}

/** Shows what remains of an amount after a cost: a margin or a budget. Calls without a price make it smaller. */
export function Remainder(props: {
  /** An exact decimal. */
  readonly amount: string;
  /** Number of calls without a price, which are not subtracted. */
  readonly unpricedCalls: number;
}): ReactElement {
  const { amount, unpricedCalls } = props;
  const note = `at most: ${plural(unpricedCalls, 'call')} without a price`;
  return (
    <>
      {unpricedCalls > 0 && (
        <span className="faint" aria-hidden="true">
          ≤{' '}
        </span>
      )}
      <Money cost={Number(amount)} costExact={amount} note={unpricedCalls > 0 ? note : undefined} />
    </>
  );
}

/** The fields for the cost of a sum of calls. */
type PricedSum = Pick<Figures, 'cost' | 'costExact' | 'unpricedCalls' | 'estimatedCalls'>;

/** Shows the cost of a sum of calls. */
export function Cost({ of }: { readonly of: PricedSum }): ReactElement {
  const { cost, costExact, unpricedCalls, estimatedCalls } = of;
  return (
    <Money cost={cost} costExact={costExact} unpricedCalls={unpricedCalls} estimatedCalls={estimatedCalls} />
  );
}

/** Describes how many calls have estimated token counts. */
export function estimatedWords(calls: number): string {
  return `with ${plural(calls, 'call')} whose tokens the client estimated, usually too low`;
}
