import type { Cell, Column } from './column.ts';
import { WholeNumberColumn } from './number-columns.ts';
import { LongColumn } from './wide-columns.ts';

/** A nullable column. */
export class NullableColumn implements Column {
  readonly #isNull = new WholeNumberColumn(Uint8Array);
  readonly #inner: Column;

  constructor(inner: Column) {
    this.#inner = inner;
  }

  get prefix(): Buffer {
    return this.#inner.prefix;
  }

  add(value: Cell): void {
    this.#isNull.add(value === null ? 1 : 0);
    this.#inner.add(value ?? 0);
  }

  values(): Buffer[] {
    return [...this.#isNull.values(), ...this.#inner.values()];
  }
}

/** A column of lists: the end of each list, and the items of all lists. */
export class ListColumn implements Column {
  readonly #ends = new LongColumn();
  readonly #items: Column;
  #end = 0;

  constructor(items: Column) {
    this.#items = items;
  }

  get prefix(): Buffer {
    return this.#items.prefix;
  }

  add(value: Cell): void {
    if (!Array.isArray(value)) {
      throw new RangeError(`A column of lists does not take a ${typeof value}.`);
    }
    for (const item of value as readonly string[]) {
      this.#items.add(item);
    }
    this.#end += value.length;
    this.#ends.add(this.#end);
  }

  values(): Buffer[] {
    return [...this.#ends.values(), ...this.#items.values()];
  }
}

/** A column of maps from strings to strings: the end of each row, all names, all values. */
export class MapColumn implements Column {
  readonly #ends = new LongColumn();
  readonly #keys: Column;
  readonly #values: Column;
  #end = 0;

  constructor(keys: Column, values: Column) {
    this.#keys = keys;
    this.#values = values;
  }

  get prefix(): Buffer {
    return this.#keys.prefix;
  }

  add(value: Cell): void {
    if (!(value instanceof Map)) {
      throw new RangeError(`A column of maps does not take a ${typeof value}.`);
    }
    for (const [key, text] of value as ReadonlyMap<string, string>) {
      this.#keys.add(key);
      this.#values.add(text);
    }
    this.#end += value.size;
    this.#ends.add(this.#end);
  }

  values(): Buffer[] {
    return [...this.#ends.values(), ...this.#keys.values(), ...this.#values.values()];
  }
}
