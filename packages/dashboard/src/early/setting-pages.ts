import type { Health } from '../api/collector.ts';
import { alertStatesPath, healthPath } from '../api/lists/list-paths.ts';
import { pageProject } from '../api/projects/page-project.ts';
import { apiPath } from '../api/request.ts';
import type { AlertStatesPage } from '../api/spend/alerts.ts';
import type { Exporter } from '../api/spend/billing.ts';
import type { BudgetStanding } from '../api/spend/budgets.ts';
import type { Margin } from '../api/spend/margin.ts';
import type { Prices } from '../api/spend/prices.ts';
import type { Summary } from '../api/summary.ts';
import { plural } from '../format/count.ts';
import { formatMoney } from '../format/money.ts';
import { partName, partsOf } from '../pages/collector/health-parts.ts';
import { grpcAddressOf, otlpAddress } from '../pages/connect/addresses.ts';
import { marginLines, marginRequest } from '../pages/margin/margin-request.ts';
import { pageReaders } from '../url/page-search.ts';
import { rangeQuery, readRange } from '../url/range.ts';
import { costOf, momentOf, type EarlyPage, type RawSearch } from './early-page.ts';

/** The pages beside those of calls and users: money, rules and settings. */
export const settingPages = {
  '/alerts': (): EarlyPage => ({
    heading: 'Alerts',
    path: alertStatesPath(undefined),
    tableOf: ({ data }: AlertStatesPage) => ({
      rows: data.map((state) => [
        state.subjectName ?? state.subject,
        state.isActive ? `${state.severity ?? 'fires'} since ${momentOf(state.since)}` : 'ended',
      ]),
    }),
    none: 'No rule fires.',
  }),
  '/budgets': (): EarlyPage => ({
    heading: 'Budgets',
    path: apiPath(['budgets', 'standing']),
    tableOf: ({ data }: { readonly data: readonly BudgetStanding[] }) => ({
      rows: data.flatMap((budget) =>
        budget.data.map(
          ({ id, subjectName, spent, unpricedCalls, usd }) =>
            [
              subjectName ?? id,
              `${costOf({ costExact: spent, unpricedCalls })} of ${formatMoney(usd)}`,
            ] as const,
        ),
      ),
    }),
    none: 'Nothing was spent of a budget.',
  }),
  '/margin': (raw: RawSearch, nowMs: number): EarlyPage => ({
    heading: 'Margin',
    path: apiPath(['margin'], {
      ...marginRequest(pageReaders['/margin'](raw), nowMs),
      limit: marginLines,
    }),
    tableOf: ({ lines }: Margin) => ({
      rows: lines.map(({ name, customer, margin, unpricedCalls }) => [
        name ?? customer,
        remainderOf(margin, unpricedCalls),
      ]),
    }),
    none: 'No revenue and no cost in this month.',
  }),
  '/billing': (): EarlyPage => ({
    heading: 'Billing',
    path: apiPath(['exporters']),
    tableOf: ({ data }: { readonly data: readonly Exporter[] }) => ({
      rows: data.map(({ id, type }) => [id, type]),
    }),
    none: 'No exporter yet.',
  }),
  '/prices': (): EarlyPage => ({
    heading: 'Prices',
    path: apiPath(['prices']),
    tableOf: ({ unpriced }: Prices) => ({
      rows: unpriced.map(({ model, reason, calls }) => [
        model ?? reason ?? 'unknown model',
        `${plural(calls, 'call')} without a price`,
      ]),
    }),
    none: 'Every received call has a cost.',
  }),
  '/collector': (): EarlyPage => ({
    heading: 'Collector',
    path: healthPath,
    tableOf: (health: Health) => ({
      rows: partsOf(health).map(([name, { state }]) => [partName(name), state]),
    }),
    none: 'The collector has no parts.',
  }),
  '/projects': (raw: RawSearch, nowMs: number): EarlyPage => ({
    heading: 'Projects',
    path: apiPath(['summary'], rangeQuery(readRange(pageReaders['/projects'](raw), nowMs))),
    tableOf: (summary: Summary) => ({
      rows: [
        ['Project', pageProject ?? 'default'],
        ['Calls', plural(summary.calls, 'call')],
        ['Cost', costOf(summary)],
      ],
    }),
    none: 'No calls in this range.',
  }),
  '/connect': (): EarlyPage => ({
    heading: 'Connect',
    path: healthPath,
    tableOf: (health: Health) => {
      const grpc = grpcAddressOf(health);
      return {
        rows: [['OTLP/HTTP', otlpAddress()], ...(grpc === null ? [] : [['OTLP/gRPC', grpc] as const])],
      };
    },
    none: '',
  }),
} satisfies Readonly<Record<string, (raw: RawSearch, nowMs: number) => EarlyPage>>;

/** As `Remainder` of the page: calls without a price make a margin smaller. */
function remainderOf(amount: string, unpricedCalls: number): string {
  return `${unpricedCalls > 0 ? '≤ ' : ''}${formatMoney(amount)}`;
}
