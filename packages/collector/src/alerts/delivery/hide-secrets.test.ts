import { expect, test } from 'vitest';

import { hideSecrets, secretsOfUrl } from './hide-secrets.ts';

const TEAMS =
  'https://prod-12.westeurope.logic.azure.com/workflows/0a1b2c3d4e5f60718293a4b5c6d7e8f9/triggers/manual/paths/invoke?api-version=2016-06-01&sig=ab%2BcD-efGhijKLm_n0p';
const SMTP = 'smtp://ops%40example.com:p%40ss%22w%3Crd%26@mail.example.com:587';
const PASSWORD = 'p@ss"w<rd&';

test.each([
  ['the URL', TEAMS, TEAMS],
  ['the path and query of the URL', TEAMS, new URL(TEAMS).pathname + new URL(TEAMS).search],
  ['a long segment of the path', TEAMS, '0a1b2c3d4e5f60718293a4b5c6d7e8f9'],
  ['a query parameter', TEAMS, 'sig=ab+cD-efGhijKLm_n0p'],
  ['an encoded query parameter', TEAMS, 'sig=ab%2BcD-efGhijKLm_n0p'],
  ['a password', SMTP, PASSWORD],
  ['a password in JSON', SMTP, JSON.stringify({ password: PASSWORD })],
  ['a password in HTML', SMTP, 'p@ss&quot;w&lt;rd&amp;'],
  ['a password in a URL', SMTP, encodeURIComponent(PASSWORD)],
  ['AUTH LOGIN', SMTP, Buffer.from(PASSWORD).toString('base64')],
  ['AUTH PLAIN', SMTP, Buffer.from(`\0ops@example.com\0${PASSWORD}`).toString('base64')],
  ['Basic', SMTP, Buffer.from(`ops@example.com:${PASSWORD}`).toString('base64')],
])('hides %s', (_, url, echo) => {
  const shown = hideSecrets(`you sent ${echo}, which is wrong`, secretsOfUrl(url));
  const isLeft = (part: string): boolean => shown.includes(part);
  expect(shown).toMatch(/^you sent .*…?.*, which is wrong$/);
  expect(
    ['0a1b2c3d4e5f', 'cD-efGhijKLm', 'ss"w', 'ss\\"w', 'ss&quot;', 'ss%22', echo].filter(isLeft),
  ).toEqual([]);
});

test('hides a signing secret with and without its prefix, and keeps other words', () => {
  const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
  const text = `no webhook for ${secret} or ${secret.slice(6)} at /hook`;
  expect(hideSecrets(text, [secret, undefined, '', ...secretsOfUrl('https://example.com/hook')])).toBe(
    'no webhook for … or … at /hook',
  );
});
