import type { FeedRow } from '../price-options.ts';
import type { FeedProblem } from './feed-error.ts';
import type { JsonDocument } from './read-json.ts';

/** Names and values of an object of the document. */
export type Entry = Readonly<Record<string, unknown>>;

/** Whether a value is an object of the document. */
export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A unit of a model that costs nothing by a feed. */
export interface ZeroPrice {
  readonly provider: string;
  readonly name: string;
  /** Code of the unit in the list. */
  readonly code: string;
  readonly path: string;
  readonly line: number;
}

/** Rows of a feed while it is read, with the line of each and everything that is wrong. */
export class FeedReader {
  readonly document: JsonDocument;
  readonly problems: FeedProblem[] = [];
  readonly #rows = new Map<string, FeedRow>();
  readonly #lines = new Map<string, number>();
  /** Units that cost nothing: free, or a price that got lost. */
  readonly zeros: ZeroPrice[] = [];
  /** Models that the feed names and gives no price that could be used, with the reason. */
  readonly skipped: { readonly model: string; readonly reason: string }[] = [];

  constructor(document: JsonDocument) {
    this.document = document;
  }

  get rows(): readonly FeedRow[] {
    return [...this.#rows.values()];
  }

  /** The line of a row, `undefined` where there is no row of that provider and name. */
  lineOf({ provider, name }: Pick<FeedRow, 'provider' | 'name'>): number | undefined {
    return this.#lines.get(`${provider}\t${name}`);
  }

  /** Adds a row; of two with the same name the first counts. */
  add(row: FeedRow, line: number): void {
    const key = `${row.provider}\t${row.name}`;
    if (this.#rows.has(key)) return;
    this.#rows.set(key, row);
    this.#lines.set(key, line);
  }

  refuse(message: string, path?: string, line?: number): void {
    this.problems.push({
      message,
      ...(path === undefined ? {} : { path }),
      ...(line === undefined ? {} : { line }),
    });
  }
}

const MAX_DOLLARS_PER_UNIT = 100_000;

/**
 * Checks that a price is a number of US dollars from 0 up, at most 100,000 for as many units as the list prices (1M
 * tokens): above that, the unit is wrong. `scale` is the number of such units in one of the feed's.
 */
export function priceProblem(price: unknown, scale: number): string | undefined {
  if (typeof price !== 'number') return `expected a number of US dollars, got ${JSON.stringify(price)}`;
  if (!(price >= 0)) return `a price cannot be below zero, got ${String(price)}`;
  const scaled = price * scale;
  return scaled <= MAX_DOLLARS_PER_UNIT
    ? undefined
    : `${String(price)} is $${String(Number(scaled.toPrecision(6)))} for ${scale === 1 ? 'the unit' : '1M tokens'}: the unit is wrong`;
}

/** How far a price may be from a short decimal and still be read as that decimal: a few roundings of a double. */
const NOISE = 8 * Number.EPSILON;

/** The shortest decimal of a price, without the noise of binary fractions and without an exponent. */
export function decimal(price: number): string {
  const rounded = Number(price.toPrecision(12));
  const text = String(Math.abs(rounded - price) <= NOISE * price ? rounded : price);
  return /^\d+(?:\.\d+)?$/.test(text)
    ? text
    : Number(text)
        .toFixed(18)
        .replace(/\.?0+$/, '');
}
