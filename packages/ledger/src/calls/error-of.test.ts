import { expect, it } from 'vitest';
import { makeSpan } from '../../testing/make-span.ts';
import type { Attributes, Span } from '../span.ts';
import { errorOf } from './error-of.ts';

const REASONS = 'gen_ai.response.finish_reasons';

it.each<{ name: string; attributes: Attributes; more?: Partial<Span>; error: string | undefined }>([
  { name: 'error.type', attributes: { 'error.type': '429' }, error: '429' },
  { name: 'the status alone', attributes: {}, more: { status: { code: 2 } }, error: '_OTHER' },
  { name: 'a level of Langfuse', attributes: { 'langfuse.observation.level': 'ERROR' }, error: '_OTHER' },
  {
    name: 'the finish reason that Mastra writes as a string',
    attributes: { [REASONS]: '["error"]' },
    error: '_OTHER',
  },
  { name: 'the reason', attributes: { [REASONS]: ['error'] }, error: '_OTHER' },
  { name: 'an error in one of two answers', attributes: { [REASONS]: ['error', 'stop'] }, error: undefined },
  { name: 'no answer', attributes: { [REASONS]: [] }, error: undefined },
  { name: 'another reason', attributes: { [REASONS]: ['stop'] }, error: undefined },
  { name: 'a finish reason of an unknown type', attributes: { [REASONS]: 'error' }, error: undefined },
])('detects an error from $name', ({ attributes, more, error }) => {
  expect(errorOf(makeSpan(attributes, more))).toBe(error);
});
