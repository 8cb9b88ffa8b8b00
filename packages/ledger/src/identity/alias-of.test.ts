import { expect, test } from 'vitest';
import { readSpan } from '../calls/read-span.ts';
import type { Attributes, Span } from '../span.ts';

function spanWith(attributes: Attributes): Span {
  return {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    name: 'userspan.identify',
    kind: 1,
    startTimeUnixNano: 5n,
    endTimeUnixNano: 5n,
    status: { code: 0 },
    attributes,
    events: [],
    resource: {},
    scope: { name: '@userspan/web' },
  };
}

const claimed = { 'userspan.user_trust': 'claimed' };

test.each([
  [
    'an anonymous visitor who has logged in',
    { 'user.id': 'u1', 'userspan.alias.from': 'anon_1', ...claimed },
    'anon_1',
  ],
  ['a server may name any id', { 'user.id': 'u1', 'userspan.alias.from': 'old' }, 'old'],
  [
    'a browser may name only anonymous ids',
    { 'user.id': 'u1', 'userspan.alias.from': 'victim', ...claimed },
    undefined,
  ],
  ['no user, no alias', { 'userspan.alias.from': 'anon_1' }, undefined],
  ['an id is not its own alias', { 'user.id': 'anon_1', 'userspan.alias.from': 'anon_1' }, undefined],
  ['an id that is not a string', { 'user.id': 'u1', 'userspan.alias.from': true }, undefined],
  [
    'an id that is too long',
    { 'user.id': 'u1', 'userspan.alias.from': `anon_${'x'.repeat(2000)}` },
    undefined,
  ],
])('%s', (_, attributes, from) => {
  const { alias } = readSpan(spanWith(attributes));
  expect(alias).toEqual(from === undefined ? undefined : { from, to: 'u1', atUnixNano: 5n });
});

test('an alias from a browser is claimed', () => {
  const span = spanWith({ 'user.id': 'u1', 'userspan.alias.from': 'victim' });
  expect(readSpan(span, { claimed: true }).alias).toBeUndefined();
});
