import { describe, expect, it } from 'vitest';

import { PairTable } from './pair-table.ts';

describe('PairTable', () => {
  it('numbers pairs in the order of their first occurrence', () => {
    const pairs = new PairTable();
    const given = [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 0],
      [2_147_483_647, 71_582_788],
      [0, 0],
    ] as const;
    expect(given.map(([first, second]) => pairs.numberOf(first, second))).toEqual([0, 1, 2, 1, 3, 0]);
    expect(pairs.length).toBe(4);
    expect(pairs.firstOf(3)).toBe(2_147_483_647);
    expect(pairs.secondOf(3)).toBe(71_582_788);
    expect(pairs.find(1, 1)).toBe(-1);
    expect(pairs.find(0, 1)).toBe(2);
  });

  it('equals a map of strings while it grows', () => {
    const pairs = new PairTable();
    const known = new Map<string, number>();
    const wrong: string[] = [];
    for (let i = 0; i < 50_000; i += 1) {
      const first = Math.floor(Math.random() * 300);
      const second = Math.floor(Math.random() * 300);
      const key = `${first},${second}`;
      if (!known.has(key)) {
        if (pairs.find(first, second) !== -1) wrong.push(key);
        known.set(key, known.size);
      }
      if (pairs.numberOf(first, second) !== known.get(key)) wrong.push(key);
    }
    expect(wrong).toEqual([]);
    expect(pairs.length).toBe(known.size);
  });
});
