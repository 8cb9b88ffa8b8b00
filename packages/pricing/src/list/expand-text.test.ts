import { expect, it } from 'vitest';

import { compress } from '../../generate/compress.mjs';
import { expandText } from './expand-text.ts';

it.each([
  ['nothing', '', ''],
  ['no repetition', 'abc', 'abc'],
  ['a copy', 'gpt-5 gpt-5-mini', 'gpt-5 B%*-mini'],
  ['a copy that overlaps itself', 'aaaaaaaaa', 'aE%%'],
  ['repetitions that are too short for a copy', 'abc abc', 'abc abc'],
])('%s', (_, text, packed) => {
  expect(compress(text)).toBe(packed);
  expect(expandText(packed)).toBe(text);
});

it.each([7_737, 7_738, 7_739])('copies text from the largest distance: %d characters', (between) => {
  const numbers = Array.from({ length: 2_000 }, (_, at) => String(at * 7_919).padStart(8, '0')).join('');
  const text = `prices${numbers.slice(0, between)}prices`;
  const packed = compress(text);
  expect(packed.endsWith('prices')).toBe(between > 7_738);
  expect(expandText(packed)).toBe(text);
});
