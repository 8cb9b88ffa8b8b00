import type { ClaimedMode } from './claimed-mode.ts';
import type { Parameter, Parameters } from './store.ts';

/** Builds a query. Values become placeholders and are never part of the text. */
export class Sql {
  /** Condition for the rows that sums include, on a roll-up or on calls. */
  readonly isCounted: string;
  /** Condition for the claimed rows whose sums are shown separately or as a part of the sums. */
  readonly isClaimed: string;
  /** Condition for the rows that lists show: counted and claimed ones. */
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

  /** A placeholder for a 64-bit integer. */
  integer(value: number | bigint): string {
    return this.param(value, 'Int64');
  }

  get parameters(): Parameters {
    return this.#values;
  }
}

/** Joins conditions with AND; `1` if there are none. */
export function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1' : conditions.join(' AND ');
}
