import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveAliases } from './aliases.ts';
import type { AliasEvent } from './aliases.ts';

const alias = (from: string, to: string | null, at: number): AliasEvent => ({
  from,
  to,
  atUnixNano: BigInt(at),
});

describe('resolveAliases', () => {
  it.each([
    { name: 'an id without an alias resolves to itself', events: [], id: 'a', stands: 'a' },
    { name: 'an anonymous id resolves to the known one', events: [alias('a', 'u', 1)], id: 'a', stands: 'u' },
    { name: 'the known id resolves to itself', events: [alias('a', 'u', 1)], id: 'u', stands: 'u' },
    {
      name: 'a removed alias has no effect',
      events: [alias('a', 'u', 1), alias('a', null, 2)],
      id: 'a',
      stands: 'a',
    },
    {
      name: 'an alias that is stated again after its removal has effect',
      events: [alias('a', 'u', 1), alias('a', null, 2), alias('a', 'v', 3)],
      id: 'a',
      stands: 'v',
    },
    {
      name: 'an older alias that arrives late changes nothing',
      events: [alias('a', 'v', 3), alias('a', 'u', 1)],
      id: 'a',
      stands: 'v',
    },
    {
      name: 'a chain of aliases resolves to its end',
      events: [alias('a', 'b', 1), alias('b', 'u', 2)],
      id: 'a',
      stands: 'u',
    },
    {
      name: 'a cycle resolves to its smallest id',
      events: [alias('b', 'a', 1), alias('a', 'c', 2), alias('c', 'b', 3)],
      id: 'c',
      stands: 'a',
    },
    {
      name: 'an id whose alias is part of a cycle',
      events: [alias('b', 'a', 1), alias('a', 'b', 2), alias('x', 'b', 3)],
      id: 'x',
      stands: 'a',
    },
    { name: 'an id that is its own alias', events: [alias('a', 'a', 1)], id: 'a', stands: 'a' },
    {
      name: 'names of object members',
      events: [alias('__proto__', 'constructor', 1)],
      id: '__proto__',
      stands: 'constructor',
    },
  ])('$name', ({ events, id, stands }) => {
    expect(resolveAliases(events)(id)).toBe(stands);
    expect(resolveAliases(events.toReversed())(id)).toBe(stands);
  });

  it('does not depend on the order or repetition of events, and terminates', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const event = fc.record({ from: id, to: fc.option(id), atUnixNano: fc.bigInt({ min: 0n, max: 2n }) });
    fc.assert(
      fc.property(fc.array(event), fc.array(event), id, (first, second, asked) => {
        const stands = resolveAliases([...first, ...second])(asked);
        expect(resolveAliases([...second, ...first, ...second])(asked)).toBe(stands);
        expect(resolveAliases([...first, ...second])(stands)).toBe(stands);
      }),
    );
  });
});
