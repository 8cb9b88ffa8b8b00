import { formatMoney, unknownAmount } from '../format/money.ts';
import { formatMoment } from '../format/time.ts';

/** A name and its figure. */
export type EarlyRow = readonly [name: string, value: string];

/** A plain table of an answer. */
export interface EarlyTable {
  /** Replaces the heading of the page, such as an id by the name of its user. */
  readonly heading?: string;
  readonly rows: readonly EarlyRow[];
}

/** What to request and show of a page until its code has loaded. */
export interface EarlyPage {
  readonly heading: string;
  /** The request whose answer shows the most of the page. The page itself sends the same one. */
  readonly path: string;
  readonly tableOf: (answer: never) => EarlyTable;
  /** Shown in place of a table without rows. */
  readonly none: string;
}

/** The parsed parameters of a URL. */
export type RawSearch = Readonly<Record<string, unknown>>;

/** An exact amount of US dollars, and the number of calls that it lacks. */
export interface EarlyAmount {
  readonly costExact: string | null;
  readonly unpricedCalls: number;
}

/** As `Money` of the page: a plus says that calls without a price are missing, and zero without them says nothing. */
export function costOf({ costExact, unpricedCalls }: EarlyAmount): string {
  if (costExact === null || (unpricedCalls > 0 && Number(costExact) === 0)) return unknownAmount;
  return `${formatMoney(costExact)}${unpricedCalls > 0 ? '+' : ''}`;
}

/** A time in the browser's time zone. */
export function momentOf(time: string | null): string {
  return time === null ? '—' : formatMoment(Date.parse(time));
}
