import { describe, expect, it } from 'vitest';

import { BriefMap } from './brief-map.ts';

describe('BriefMap', () => {
  it('equals a Map through random changes', () => {
    const map = new BriefMap<number>();
    const known = new Map<string, number>();
    const wrong: string[] = [];
    for (let step = 0; step < 200_000; step += 1) {
      // The number of keys grows, shrinks to nothing, and grows again.
      const key = `project\0${Math.floor(Math.random() * (1 + ((step / 50) % 1000)))}`;
      if (map.get(key) !== known.get(key) || map.has(key) !== known.has(key)) wrong.push(key);
      if (Math.random() < 0.5) {
        map.set(key, step);
        known.set(key, step);
      } else if (map.delete(key) !== known.delete(key)) wrong.push(key);
      if (map.size !== known.size) wrong.push(`size ${map.size}`);
      if (step % 5_000 === 0) {
        expect([...map]).toEqual([...known]);
        expect(map.oldest).toBe(known.values().next().value);
      }
    }
    expect(wrong).toEqual([]);
    map.clear();
    expect([...map, map.size, map.oldest]).toEqual([0, undefined]);
  });

  it('allows deleting entries during iteration', () => {
    const map = new BriefMap<number>();
    for (let at = 0; at < 200; at += 1) map.set(`key ${at}`, at);
    const seen: number[] = [];
    for (const [key, value] of map) {
      seen.push(value);
      map.delete(key);
    }
    expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => at));
    expect(map.size).toBe(0);
  });

  it('distinguishes keys of other kinds of strings', () => {
    const map = new BriefMap<number>();
    const keys = ['', '\0', 'ü', 'project\0ü', 'project\0u', '😀', '\ud83d', 'x'.repeat(5_000)];
    for (const [at, key] of keys.entries()) map.set(key, at);
    expect(keys.map((key) => map.get(key.split('').join('')))).toEqual(keys.map((_, at) => at));
  });
});
