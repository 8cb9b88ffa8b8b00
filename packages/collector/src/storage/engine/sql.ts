import type { ClaimedMode } from './claimed-mode.ts';
import type { Parameter, Parameters } from './store.ts';

/** Puts a query together; values become placeholders, never text. */
export class Sql {
  /** Condition of the rows that sums count, on a roll-up or on calls. */
  readonly isCounted: string;
  /** Condition of the claimed rows whose sums are shown beside those, or as a part of them. */
  readonly isClaimed: string;
  /** Condition of the rows that lists show: the counted and the claimed ones. */
  readonly isShown: string;
  readonly #values: Record<string, Parameter> = {};
  #next = 0;

  constructor({ claimed }: { readonly claimed: ClaimedMode }) {
    this.isCounted = claimed === 'count' ? '1' : 'user_claimed = 0';
    this.isClaimed = claimed === 'ignore' ? '0' : 'user_claimed = 1';
    this.isShown = claimed === 'ignore' ? 'user_claimed = 0' : '1';
  }

  /** A placeholder for the value. */
  param(value: Parameter, type: string): string {
    const name = `p${this.#next++}`;
    this.#values[name] = value;
    return `{${name}:${type}}`;
  }

  text(value: string): string {
    return this.param(value, 'String');
  }

  texts(values: readonly string[]): string {
    return this.param(values, 'Array(String)');
  }

  /** A whole number, of 64 bits. */
  integer(value: number | bigint): string {
    return this.param(value, 'Int64');
  }

  get parameters(): Parameters {
    return this.#values;
  }
}

/** Conditions as one expression; `1` when there are none. */
export function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1' : conditions.join(' AND ');
}
