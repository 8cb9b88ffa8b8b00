import fc from 'fast-check';
import { expect, test } from 'vitest';

import { AliasForest } from './alias-forest.ts';
import type { AliasRow } from './alias-forest.ts';

/** The rows of the store, by alias. */
class Rows {
  readonly #rows = new Map<string, AliasRow>();
  #version = 0n;
  written = 0;

  write(forest: AliasForest): void {
    this.#version += 1n;
    for (const { isDeleted, ...change } of forest.takeChanges()) {
      this.written += 1;
      if (isDeleted) this.#rows.delete(change.alias);
      else this.#rows.set(change.alias, { ...change, version: this.#version });
    }
  }

  get all(): AliasRow[] {
    return [...this.#rows.values()];
  }

  /** As `resolvedAliases` does it: two steps at most. */
  canonicalOf(id: string): string {
    const canonical = this.#rows.get(id)?.canonical;
    return canonical === undefined ? id : (this.#rows.get(canonical)?.canonical ?? canonical);
  }
}

function ends(targets: ReadonlyMap<string, string>, ids: readonly string[]): string[] {
  return ids.map((id) => {
    let end = id;
    for (let next = targets.get(end); next !== undefined; next = targets.get(end)) end = next;
    return end;
  });
}

const IDS = Array.from({ length: 12 }, (_, at) => `u${at}`);

test('rows lead to the end of every chain in two steps, after any additions and removals', () => {
  const id = fc.constantFrom(...IDS);
  const step = fc.record({ alias: id, target: fc.option(id, { nil: undefined }), isReadAgain: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const rows = new Rows();
      const targets = new Map<string, string>();
      let forest = new AliasForest([]);
      for (const { alias, target, isReadAgain } of steps) {
        if (isReadAgain) forest = new AliasForest(rows.all);
        if (target === undefined) {
          forest.remove(alias);
          targets.delete(alias);
        } else {
          const isCircle =
            alias === target ||
            ends(new Map([...targets].filter(([from]) => from !== alias)), [target])[0] === alias;
          expect(forest.add(alias, target, 1)).toBe(!isCircle);
          if (!isCircle) targets.set(alias, target);
        }
        rows.write(forest);
        expect(IDS.map((each) => rows.canonicalOf(each))).toEqual(ends(targets, IDS));
        expect(IDS.map((each) => forest.canonicalOf(each))).toEqual(ends(targets, IDS));
      }
    }),
  );
});

const COUNT = 10_000;
const numbers = Array.from({ length: COUNT }, (_, at) => at);

test.each([
  ['from its beginning', numbers.map((at) => [`u${at}`, `u${at + 1}`])],
  ['from its end', numbers.toReversed().map((at) => [`u${at}`, `u${at + 1}`])],
  ['to one user', numbers.map((at) => [`u${at}`, `u${COUNT}`])],
  [
    'in pairs',
    Array.from({ length: 14 }, (_, level) =>
      numbers
        .filter((at) => at % 2 ** (level + 1) === 2 ** level - 1)
        .map((at) => [`u${at}`, `u${Math.min(at + 2 ** level, COUNT)}`]),
    ).flat(),
  ],
] as const)('10,000 aliases %s write a few rows each', (_, pairs) => {
  const rows = new Rows();
  const forest = new AliasForest([]);
  for (const [alias = '', target = ''] of pairs) {
    expect(forest.add(alias, target, 1)).toBe(true);
    rows.write(forest);
  }
  expect(rows.written).toBeLessThan(30 * COUNT);
  expect(new Set(pairs.map(([alias = '']) => rows.canonicalOf(alias)))).toEqual(new Set([`u${COUNT}`]));
});

test.each([
  [
    'a circle of two',
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
  ],
  [
    'a circle of three',
    [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ],
  ],
  [
    'a circle with others before it',
    [
      ['x', 'a'],
      ['a', 'b'],
      ['b', 'a'],
      ['y', 'b'],
    ],
  ],
] as const)('%s of two collectors is broken at its newest alias', (_, pairs) => {
  const stored = pairs.map(([alias, target], at) => ({
    alias,
    target,
    canonical: target,
    atMs: 1,
    version: BigInt(at),
    rule: '' as const,
  }));
  const forest = new AliasForest(stored);
  const ids = [...new Set(pairs.flat())];
  expect(new Set(ids.map((id) => forest.canonicalOf(id))).size).toBe(1);
  expect(forest.takeChanges().filter(({ isDeleted }) => isDeleted)).toHaveLength(1);
});
