import type { FeedRow } from '../price-options.ts';
import type { FeedProblem } from './feed-error.ts';
import type { JsonDocument } from './read-json.ts';

/** An object of the document. */
export type Entry = Readonly<Record<string, unknown>>;

/** Whether a value of the document is an object. */
export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A unit of a model with a price of zero in the feed. */
export interface ZeroPrice {
  readonly provider: string;
  readonly name: string;
  /** Code of the unit in the list. */
  readonly code: string;
  readonly path: string;
  readonly line: number;
}

/** Collects the rows of a feed with their lines, and every problem. */
export class FeedReader {
  readonly document: JsonDocument;
  readonly problems: FeedProblem[] = [];
  readonly #rows = new Map<string, FeedRow>();
  readonly #lines = new Map<string, number>();
  /** Units with a price of zero: they are free, or the price is missing by mistake. */
  readonly zeros: ZeroPrice[] = [];
  /** Models of the feed without a usable price, with the reason. */
  readonly skipped: { readonly model: string; readonly reason: string }[] = [];

  constructor(document: JsonDocument) {
    this.document = document;
  }

  get rows(): readonly FeedRow[] {
    return [...this.#rows.values()];
  }

  /** The line of a row; `undefined` if there is no row with that provider and name. */
  lineOf({ provider, name }: Pick<FeedRow, 'provider' | 'name'>): number | undefined {
    return this.#lines.get(`${provider}\t${name}`);
  }

  /** Adds a row, unless there is already one with the same name. */
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
 * Checks that a price is a number of US dollars from 0 to 100,000 for the number of units that the list uses (1M
 * tokens). A higher price means that its unit is wrong. `scale` converts the feed's unit to that of the list.
 */
export function priceProblem(price: unknown, scale: number): string | undefined {
  if (typeof price !== 'number') return `expected a number of US dollars, got ${JSON.stringify(price)}`;
  if (!(price >= 0)) return `a price cannot be below zero, got ${String(price)}`;
  const scaled = price * scale;
  return scaled <= MAX_DOLLARS_PER_UNIT
    ? undefined
    : `${String(price)} is $${String(Number(scaled.toPrecision(6)))} for ${scale === 1 ? 'the unit' : '1M tokens'}: the unit is wrong`;
}

/**
 * Maximum relative difference between a price and the short decimal that it is read as: a few rounding errors of
 * doubles.
 */
const NOISE = 8 * Number.EPSILON;

/** The shortest decimal of a price, without rounding errors of binary fractions and without an exponent. */
export function decimal(price: number): string {
  const rounded = Number(price.toPrecision(12));
  const text = String(Math.abs(rounded - price) <= NOISE * price ? rounded : price);
  return /^\d+(?:\.\d+)?$/.test(text)
    ? text
    : Number(text)
        .toFixed(18)
        .replace(/\.?0+$/, '');
}
