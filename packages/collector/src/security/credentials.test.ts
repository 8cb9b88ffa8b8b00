import { expect, test } from 'vitest';

import { presentedSecret } from './credentials.ts';
import type { CredentialHeaders } from './credentials.ts';

const SECRET = 'a-secret-of-a-test.~+/=';
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

const ROWS: readonly [name: string, headers: CredentialHeaders, secret: string | undefined][] = [
  ['bearer', { authorization: `Bearer ${SECRET}` }, SECRET],
  ['bearer in another case, with spaces', { authorization: `bearer   ${SECRET} ` }, SECRET],
  ['Langfuse: public and secret key', { authorization: basic(`pk-lf-1:${SECRET}`) }, SECRET],
  ['Basic without a user name', { authorization: basic(`:${SECRET}`) }, SECRET],
  ['Basic whose password has a colon', { authorization: basic(`u:${SECRET}:b`) }, `${SECRET}:b`],
  ['Basic without a password', { authorization: basic('u:') }, undefined],
  ['Basic without a colon', { authorization: basic(SECRET) }, undefined],
  ['Logfire: only the token', { authorization: SECRET }, SECRET],
  ['LangSmith: x-api-key', { 'x-api-key': SECRET }, SECRET],
  [
    'Authorization wins',
    { authorization: `Bearer ${SECRET}`, 'x-api-key': 'another-secret-of-a-test' },
    SECRET,
  ],
  ['two x-api-key headers', { 'x-api-key': [SECRET, SECRET] }, undefined],
  ['an unsupported scheme', { authorization: `Digest username="a", response="${SECRET}"` }, undefined],
  ['a bearer of two words', { authorization: `Bearer ${SECRET} x` }, undefined],
  ['nothing', {}, undefined],
  ['empty', { authorization: '', 'x-api-key': ' ' }, undefined],
];

test.each(ROWS)('%s', (_name, headers, secret) => {
  expect(presentedSecret(headers)).toBe(secret);
});
