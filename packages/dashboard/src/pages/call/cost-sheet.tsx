import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CallDetail, CostLine } from '../../api/calls.ts';
import { formatCount, plural } from '../../format/count.ts';
import { formatExact, formatMoney, formatMoneyExact, formatUnitPrice, usd } from '../../format/money.ts';
import { useCurrency } from '../../ui/currency.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Tip } from '../../ui/tip/tip.tsx';

const sources = {
  list: 'the price list',
  custom: 'a price that was added here',
  provider: 'what the provider or a gateway reported',
  computed: 'what the sender of the span computed',
} as const;

/** Shows the calculation of a call's cost line by line, with source and date of the price. */
export function CostSheet({ call }: { readonly call: CallDetail }): ReactElement {
  const currency = useCurrency();
  if (call.cost === null) {
    return (
      <div className="stack">
        <p>
          <strong className="warn row">
            <Icon name="warn" />
            Unpriced
          </strong>
          <span className="muted">{call.unpriced ?? 'No price is known for this call.'}</span>
        </p>
        <Link to="/prices" className="link">
          See all unpriced models, and add a price
        </Link>
      </div>
    );
  }
  return (
    <div className="stack">
      {call.arithmetic.lines.length > 0 && (
        <table className="sheet">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="number">
                Quantity
              </th>
              <th scope="col" className="number">
                Price
              </th>
              <th scope="col" className="number">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {call.arithmetic.lines.map((line) => (
              <SheetLine key={line.item} line={line} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                Total
              </th>
              <td className="number">
                <strong>{formatMoneyExact(call.costExact ?? call.cost)}</strong>
              </td>
            </tr>
            {currency.code !== usd.code && (
              <tr>
                <td colSpan={3} className="faint">
                  at {currency.rate} {currency.code} for 1 USD
                </td>
                <td className="number faint">{formatMoney(call.costExact ?? call.cost, currency)}</td>
              </tr>
            )}
          </tfoot>
        </table>
      )}
      {call.arithmetic.lines.length === 0 && (
        <p>
          <strong className="number">{formatMoneyExact(call.costExact ?? call.cost)}</strong>
        </p>
      )}
      <p className="muted">
        {call.costSource !== 'unbilled' && (
          <>
            By {call.costSource === null ? 'a price that came with the span' : sources[call.costSource]}
            {call.costAsOf !== null && <> as of {call.costAsOf}</>}
            {call.arithmetic.tier !== null && <>, {call.arithmetic.tier} tier</>}
            {call.estimated && ', from tokens that were estimated'}.{' '}
          </>
        )}
        {call.arithmetic.note}
        {call.costAtCall !== null && call.costAtCall !== call.costExact && (
          <> When the call arrived it was priced at {formatMoneyExact(call.costAtCall)}.</>
        )}
      </p>
    </div>
  );
}

function SheetLine({ line }: { readonly line: CostLine }): ReactElement {
  return (
    <tr>
      <td>{line.item}</td>
      <td className="number">{formatCount(line.quantity)}</td>
      <td className="number">
        <Tip text={`${formatExact(line.unitPrice)} US dollars for ${plural(line.per, 'unit')}`}>
          × {formatUnitPrice(line.unitPrice, line.per)}
        </Tip>
      </td>
      <td className="number">{formatMoneyExact(line.usd)}</td>
    </tr>
  );
}
