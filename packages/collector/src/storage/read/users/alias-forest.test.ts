import fc from 'fast-check';
import { expect, test } from 'vitest';

import { AliasForest } from './alias-forest.ts';
import type { AliasRow } from './alias-forest.ts';

/** The stored rows by alias. */
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

  /** Like `resolvedAliases`, with at most two steps. */
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

test('resolves every chain in at most two steps, after any additions and removals', () => {
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
  ['added from the start of a chain', numbers.map((at) => [`u${at}`, `u${at + 1}`])],
  ['added from the end of a chain', numbers.toReversed().map((at) => [`u${at}`, `u${at + 1}`])],
  ['added to one user', numbers.map((at) => [`u${at}`, `u${COUNT}`])],
  [
    'in pairs',
    Array.from({ length: 14 }, (_, level) =>
      numbers
        .filter((at) => at % 2 ** (level + 1) === 2 ** level - 1)
        .map((at) => [`u${at}`, `u${Math.min(at + 2 ** level, COUNT)}`]),
    ).flat(),
  ],
] as const)('writes only a few rows for each of 10,000 aliases %s', (_, pairs) => {
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
    'a cycle of two',
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
  ],
  [
    'a cycle of three',
    [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ],
  ],
  [
    'a cycle with aliases before it',
    [
      ['x', 'a'],
      ['a', 'b'],
      ['b', 'a'],
      ['y', 'b'],
    ],
  ],
] as const)('breaks %s of two collectors at its newest alias', (_, pairs) => {
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
