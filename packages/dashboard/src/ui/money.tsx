import type { ReactElement } from 'react';
import type { Figures } from '../api/figures.ts';
import { formatExact, formatMoney, unknownAmount } from '../format/money.ts';
import { plural } from '../format/count.ts';
import { useCurrency } from './currency.tsx';
import { Tip } from './tip/tip.tsx';

/** A cost as the API gives it: null where no call of it has a price. */
export interface MoneyAmount {
  readonly cost: number | null;
  /** The same, as an exact decimal. */
  readonly costExact?: string | null | undefined;
  /** How many calls are not in it. */
  readonly unpricedCalls?: number | undefined;
  /** How many calls in it have tokens that their client estimated. */
  readonly estimatedCalls?: number | undefined;
  /** Why there is no cost, where there is one reason. */
  readonly reason?: string | undefined;
  /** Further remarks on a cost. */
  readonly note?: string | undefined;
}

/** Writes a cost; the tooltip has every digit. What is unknown is a dash with its reason, and never zero. */
export function Money(props: MoneyAmount): ReactElement {
  const currency = useCurrency();
  const { cost, costExact, unpricedCalls = 0, estimatedCalls = 0, reason, note } = props;
  // "At least $0" says nothing: the cost is unknown.
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
      text={`$${formatExact(costExact ?? cost)}${missing}${estimated}${note === undefined ? '' : `\n${note}`}`}
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

/** What a sum of calls says of its cost. */
type PricedSum = Pick<Figures, 'cost' | 'costExact' | 'unpricedCalls' | 'estimatedCalls'>;

/** Writes what the calls of a sum cost. */
export function Cost({ of }: { readonly of: PricedSum }): ReactElement {
  const { cost, costExact, unpricedCalls, estimatedCalls } = of;
  return (
    <Money cost={cost} costExact={costExact} unpricedCalls={unpricedCalls} estimatedCalls={estimatedCalls} />
  );
}

/** What a sum says of calls whose tokens are no count of the provider. */
export function estimatedWords(calls: number): string {
  return `with ${plural(calls, 'call')} whose tokens the client estimated, usually too low`;
}
