import type { ReactElement } from 'react';
import type { Repricing } from '../../api/spend/prices.ts';
import { formatCount } from '../../format/count.ts';
import { Difference, Exact } from './difference.tsx';

/** Shows per model what recalculating past costs would change. */
export function Changes({ repricing }: { readonly repricing: Repricing }): ReactElement {
  const { calls, changed, before, after, unpricedBefore, unpricedAfter, models } = repricing;
  if (changed === 0) return <p>All {formatCount(calls)} calls cost the same by today’s prices.</p>;
  return (
    <table className="reprice-table">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col" className="number">
            Calls
          </th>
          <th scope="col" className="number">
            Now
          </th>
          <th scope="col" className="number">
            Then
          </th>
          <th scope="col" className="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {models
          .filter((model) => model.changed > 0)
          .map((model) => (
            <tr key={model.model}>
              <td>{model.model}</td>
              <td className="number">{formatCount(model.changed)}</td>
              <td className="number">
                <Exact amount={model.before} unpricedCalls={model.unpricedBefore} />
              </td>
              <td className="number">
                <Exact amount={model.after} unpricedCalls={model.unpricedAfter} />
              </td>
              <td className="number">
                <Difference before={model.before} after={model.after} />
              </td>
            </tr>
          ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <td className="number">{formatCount(changed)}</td>
          <td className="number">
            <Exact amount={before} unpricedCalls={unpricedBefore} />
          </td>
          <td className="number">
            <Exact amount={after} unpricedCalls={unpricedAfter} />
          </td>
          <td className="number">
            <Difference before={before} after={after} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
