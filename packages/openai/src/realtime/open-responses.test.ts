import { expect, test } from 'vitest';

import type { OpenResponse } from './open-response.ts';
import { OpenResponses } from './open-responses.ts';

const response = (id: string, lane?: string): OpenResponse => ({
  id,
  lane,
  model: undefined,
  request: undefined,
  isProven: false,
  tools: [],
  startedAtEpochMs: 0,
  startedAtMs: 0,
  firstChunkAtMs: undefined,
});

test('returns the oldest response above the limit, and remembers that its end is to be ignored', () => {
  const open = new OpenResponses(2);
  const [first, second, third, fourth] = ['1', '2', '3', '4'].map((id) => response(id)) as [
    OpenResponse,
    OpenResponse,
    OpenResponse,
    OpenResponse,
  ];
  expect([open.add(first), open.add(second), open.add(third)]).toEqual([undefined, undefined, first]);
  expect(open.all()).toEqual([second, third]);
  open.remove(second);
  expect([open.add(fourth), open.get('1'), open.isAbandoned('1'), open.isAbandoned('2')]).toEqual([
    undefined,
    undefined,
    true,
    false,
  ]);
});

test('finds the only open response of a lane', () => {
  const open = new OpenResponses();
  const a = response('1', 'a');
  const [b, other] = [response('2', 'b'), response('3', 'b')];
  for (const each of [a, b, other, response('4')]) open.add(each);
  expect([open.onlyIn('a'), open.onlyIn('b'), open.onlyIn('c'), open.onlyIn(undefined)?.id]).toEqual([
    a,
    undefined,
    undefined,
    '4',
  ]);
  open.remove(b);
  // A response that was removed before changes nothing.
  open.remove(b);
  expect(open.onlyIn('b')).toBe(other);
  open.clear();
  expect([open.onlyIn('a'), open.all()]).toEqual([undefined, []]);
});
