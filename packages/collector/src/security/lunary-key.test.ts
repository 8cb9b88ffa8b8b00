import { expect, test } from 'vitest';
import { resolveOptions } from '../config/options.ts';

const TOKEN = 'secret-of-servers-0123456789';
const UUID = '0c1e7d70-6f0c-4f60-a5d2-5f7d5e2f0a11';

test.each([
  [UUID, { permission: 'lunary', project: 'default', isBrowserKey: false }],
  [`private@shop=${UUID}`, { permission: 'lunary', project: 'shop', isBrowserKey: false }],
  [`public=${UUID}`, { permission: 'lunary', project: 'default', isBrowserKey: true }],
  [`public@shop=sha256:${'0'.repeat(64)}`, { permission: 'lunary', project: 'shop', isBrowserKey: true }],
])('accepts --lunary-key %s', (spec, expected) => {
  expect(resolveOptions({ token: [TOKEN], 'lunary-key': [spec] }).tokens[1]).toMatchObject(expected);
});

test.each<[string, string[], string[], RegExp]>([
  ['no key', [], [UUID], /^--lunary-key needs --token/],
  ['a short key', [TOKEN], ['short'], /^--lunary-key has a secret of 5 characters but needs at least 16/],
  ['an unknown kind of key', [TOKEN], [`secret=${UUID}`], /^--lunary-key has a secret that is not 16 to 512/],
  ['an invalid project', [TOKEN], [`public@a b=${UUID}`], /^--lunary-key names a project/],
  ['a token of Userspan', [TOKEN], [TOKEN], /^--lunary-key is already a token/],
  [
    'a key twice',
    [TOKEN],
    [UUID, `public=${UUID}`],
    /^--lunary-key 2 of 2 is already a token, or appears twice/,
  ],
])('rejects %s, with a remedy', (_name, token, keys, message) => {
  const resolve = (): unknown => resolveOptions({ token, 'lunary-key': keys });
  expect(resolve).toThrow(message);
  for (const key of keys) {
    expect(resolve).not.toThrow(new RegExp(key.replace(/^.*=/, '')));
  }
});
