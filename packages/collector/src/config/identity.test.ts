import { readSpan } from '@userspan/ledger';
import { expect, test } from 'vitest';

import { received } from '../testing/trace-of.ts';
import { resolveOptions } from './options.ts';

const attributes = { 'user.id': 'install-1', 'user.email': 'ada@example.com', 'acme.seat': 's1' };

test.each([
  ['the built-in order', [], 'app', 'install-1'],
  ['names for every service', ['acme.seat', 'user.id'], 'app', 's1'],
  ['names for one service', ['claude-code=user.email'], 'claude-code', 'ada@example.com'],
  ['names for another service', ['claude-code=user.email'], 'app', 'install-1'],
  ['a name with unusual characters', ['nothing', 'user.email'], 'app', 'ada@example.com'],
])('%s', (_name, texts, service, id) => {
  const { identity } = resolveOptions({ identity: texts });
  const { span } = received({ id: 1, attributes, service });
  expect(readSpan(span, identity === undefined ? {} : { identity }).user.user?.id).toBe(id);
});

test.each([[['=user.email']], [['user.email,']], [['claude-code=']]])(
  'rejects %j, with the correct form',
  (texts) => {
    expect(() => resolveOptions({ identity: texts })).toThrow(
      /--identity must be names of attributes such as/,
    );
  },
);
