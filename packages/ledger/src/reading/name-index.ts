import type { Attributes } from '../span.ts';

/**
 * Reads many fields, each known under several names, in one pass over the attributes.
 *
 * A span has about ten attributes, but the fields of a call have a hundred names, so looking up each name would take
 * many times as long.
 */
export class NameIndex<Field extends string> {
  readonly #places = new Map<string, readonly [field: Field, rank: number]>();

  /** @param names the names of each field, in order of precedence; a name belongs to one field */
  constructor(names: Readonly<Record<Field, readonly string[]>>) {
    for (const [field, list] of Object.entries(names) as [Field, readonly string[]][]) {
      for (const [rank, name] of list.entries()) {
        if (!this.#places.has(name)) this.#places.set(name, [field, rank]);
      }
    }
  }

  /**
   * The value of each field, from its first name that has a value. `read` returns `undefined` for invalid values. `NaN`
   * is used only if no name has another value.
   *
   * @param onOther called with each attribute name that belongs to no field
   */
  read<Value>(
    attributes: Attributes,
    read: (attributes: Attributes, name: string) => Value | undefined,
    onOther?: (name: string) => void,
  ): { readonly [field in Field]?: Value } {
    const values: { [field in Field]?: Value } = {};
    let ranks: Partial<Record<Field, number>> | undefined;
    for (const name in attributes) {
      const place = this.#places.get(name);
      if (place === undefined) {
        onOther?.(name);
        continue;
      }
      const [field, rank] = place;
      const known = ranks?.[field];
      if (known !== undefined && known < rank && !Number.isNaN(values[field])) continue;
      const value = read(attributes, name);
      if (value === undefined || (Number.isNaN(value) && known !== undefined)) continue;
      values[field] = value;
      ranks ??= {};
      ranks[field] = rank;
    }
    return values;
  }

  /** For each field, its names that the span has, in order of precedence. */
  namesByField(attributes: Attributes): { readonly [field in Field]?: readonly string[] } {
    let found: { [field in Field]?: string[] } | undefined;
    for (const name in attributes) {
      const place = this.#places.get(name);
      if (place === undefined) continue;
      found ??= {};
      const names = found[place[0]];
      if (names === undefined) found[place[0]] = [name];
      else names.splice(this.#positionIn(names, place[1]), 0, name);
    }
    return found ?? NOTHING;
  }

  #positionIn(names: readonly string[], rank: number): number {
    let at = names.length;
    while (at > 0 && (this.#places.get(names[at - 1] ?? '')?.[1] ?? 0) > rank) at -= 1;
    return at;
  }
}

const NOTHING = {};
