import type { ReactElement } from 'react';
import { tokensOf, type Figures } from '../api/figures.ts';
import { formatChange, formatCompact, formatCount, formatShare, plural } from '../format/count.ts';
import { formatMoney, formatMoneyExact } from '../format/money.ts';
import { formatDuration } from '../format/time.ts';
import { useCurrency } from '../ui/currency.tsx';
import { Cost, estimatedWords, Money } from '../ui/money.tsx';
import { Tip } from '../ui/tip/tip.tsx';
import type { Column, CsvField } from './column.ts';

export type FigureId = 'calls' | 'tokens' | 'cached' | 'errors' | 'cost' | 'average' | 'latency';

type Head = Omit<Column<Figures>, 'id' | 'cell' | 'total' | 'csv'>;

const heads: Readonly<Record<FigureId, Head>> = {
  calls: { label: 'Calls', width: '72px', align: 'right', sort: 'calls' },
  tokens: { label: 'Tokens', width: '76px', align: 'right', sort: 'tokens', hint: 'Input and output' },
  cached: {
    label: 'Cached',
    width: '72px',
    align: 'right',
    sort: 'cached',
    hint: 'Input tokens read from the cache',
  },
  errors: { label: 'Errors', width: '60px', align: 'right', sort: 'errors' },
  cost: { label: 'Cost', width: '96px', align: 'right', sort: 'cost' },
  average: {
    label: 'Average',
    width: '92px',
    align: 'right',
    sort: 'average',
    hint: 'Average cost per call',
  },
  latency: { label: 'Latency', width: '72px', align: 'right', hint: 'Average duration of a call' },
};

/** A column for a figure that all rows of the API have, with its total in the header if known. */
export function figureColumn(id: FigureId, totals?: Figures): Column<Figures> {
  const cell = (figures: Figures): ReactElement => <FigureCell id={id} figures={figures} />;
  return {
    id,
    ...heads[id],
    cell,
    csv: fieldsOf[id],
    ...(totals === undefined ? {} : { total: cell(totals) }),
  };
}

const fieldsOf: Readonly<Record<FigureId, readonly CsvField<Figures>[]>> = {
  calls: [{ head: 'Calls', value: (row) => row.calls }],
  tokens: [{ head: 'Tokens', value: tokensOf }],
  cached: [{ head: 'Cached', value: (row) => row.cachedTokens }],
  errors: [{ head: 'Errors', value: (row) => row.errors }],
  cost: [
    { head: 'Cost (USD)', value: (row) => row.costExact },
    { head: 'Unpriced calls', value: (row) => row.unpricedCalls },
    { head: 'Calls with estimated tokens', value: (row) => row.estimatedCalls },
  ],
  average: [{ head: 'Average (USD)', value: (row) => row.averageCost }],
  latency: [{ head: 'Latency (ms)', value: (row) => row.latencyMs }],
};

/** Figures of the previous range, which a row only has if they were requested. */
interface Compared {
  readonly cost: number | null;
  readonly costBefore?: number | null | undefined;
}

/** The column with the change of cost since the previous range. */
export function changeColumn<Row extends Compared>(): Column<Row> {
  return {
    id: 'change',
    label: 'vs. before',
    width: '80px',
    align: 'right',
    sort: 'change',
    hint: 'Cost compared with the previous range of the same length',
    cell: (row) => <ChangeCell row={row} />,
    csv: [{ head: 'Cost before (USD)', value: (row) => row.costBefore }],
  };
}

/** A change of cost as a percentage, with the amounts in the tooltip. */
export function ChangeCell({ row }: { readonly row: Compared }): ReactElement {
  const currency = useCurrency();
  const { cost, costBefore } = row;
  if (costBefore === undefined || costBefore === null || cost === null) {
    return <span className="faint">—</span>;
  }
  const change = formatChange(cost, costBefore);
  if (change === undefined) return <span className="faint">±0%</span>;
  const difference = cost - costBefore;
  const words = `${difference < 0 ? '−' : '+'}${formatMoney(Math.abs(difference), currency)}, from ${formatMoney(costBefore, currency)}`;
  return <Tip text={words}>{change}</Tip>;
}

/** A column for a latency, such as a percentile, which must be requested from the API. */
export function durationColumn<Row>(
  head: Pick<Column<Row>, 'id' | 'label' | 'hint' | 'sort'>,
  msOf: (row: Row) => number | null | undefined,
): Column<Row> {
  return {
    ...head,
    width: '72px',
    align: 'right',
    cell: (row) => <Duration ms={msOf(row)} />,
    csv: [{ head: `${head.label} (ms)`, value: msOf }],
  };
}

function Duration({ ms }: { readonly ms: number | null | undefined }): ReactElement {
  return ms === null || ms === undefined ? <span className="faint">—</span> : <>{formatDuration(ms)}</>;
}

/** Explanations of latency percentiles for column headers. */
export const latencyHints = {
  p50: 'The latency that half of the calls do not exceed',
  p95: 'The latency that 95% of the calls do not exceed',
  p99: 'The latency that 99% of the calls do not exceed',
  firstChunk: 'Time to the first chunk that 95% of the streamed calls do not exceed',
} as const;

/** One figure with the exact value in the tooltip. */
export function FigureCell(props: { readonly id: FigureId; readonly figures: Figures }): ReactElement {
  const { id, figures } = props;
  switch (id) {
    case 'calls':
      return <CountCell count={figures.calls} />;
    case 'tokens':
      return <TokensCell figures={figures} />;
    case 'cached':
      return <CountCell count={figures.cachedTokens} />;
    case 'errors':
      return <ErrorsCell figures={figures} />;
    case 'cost':
      return (
        <>
          <Cost of={figures} />
          <ClaimedMark figures={figures} />
        </>
      );
    case 'average':
      return <Money cost={figures.averageCost} reason="No call has a price" />;
    default:
      return <Duration ms={figures.latencyMs} />;
  }
}

/** A mark for calls claimed by browsers, with their number and cost in the tooltip. */
export function ClaimedMark({ figures }: { readonly figures: Figures }): ReactElement | null {
  const { claimedCalls, claimedCost, claimedCostExact } = figures;
  if (claimedCalls === 0) {
    return null;
  }
  const cost = claimedCost === null ? 'without a price' : formatMoneyExact(claimedCostExact ?? claimedCost);
  const words = `Claimed by browsers: ${plural(claimedCalls, 'call')}, ${cost}`;
  return (
    <Tip className="faint" text={words}>
      <span aria-hidden="true"> *</span>
      <span className="hidden-visually"> {words}</span>
    </Tip>
  );
}

export function CountCell({ count }: { readonly count: number }): ReactElement {
  return <Tip text={unlessSame(formatCount(count), formatCompact(count))}>{formatCompact(count)}</Tip>;
}

function TokensCell({ figures }: { readonly figures: Figures }): ReactElement {
  const { inputTokens, outputTokens, cachedTokens, estimatedCalls } = figures;
  const parts = `${formatCount(inputTokens)} in (${formatCount(cachedTokens)} cached)\n${formatCount(outputTokens)} out`;
  const estimated = estimatedCalls > 0 ? `\n${estimatedWords(estimatedCalls)}` : '';
  return (
    <Tip text={`${parts}${estimated}`}>
      {estimatedCalls > 0 && (
        <span className="faint" aria-hidden="true">
          ≈
        </span>
      )}
      {formatCompact(tokensOf(figures))}
    </Tip>
  );
}

/** The number of failed calls, and their share as a hint. */
export function ErrorsCell({ figures }: { readonly figures: Figures }): ReactElement {
  if (figures.errors === 0) return <span className="faint">0</span>;
  const share = `${formatShare(figures.errors, figures.calls)} of ${formatCount(figures.calls)} calls`;
  return (
    <Tip text={share} className="bad">
      {formatCompact(figures.errors)}
    </Tip>
  );
}

/** Returns the tooltip, or undefined if it equals the text of the cell. */
function unlessSame(text: string, shown: string): string | undefined {
  return text === shown ? undefined : text;
}
