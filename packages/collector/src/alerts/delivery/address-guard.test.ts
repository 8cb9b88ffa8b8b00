import { afterAll, beforeAll, expect, test } from 'vitest';

import { startReceiver } from '../../testing/receiver.ts';
import type { Receiver } from '../../testing/receiver.ts';
import { isPublicAddress } from './address-guard.ts';
import { post, retryAfterMs } from './post.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
});

test.each([
  ['8.8.8.8', true],
  ['1.1.1.1', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['64:ff9b::7f00:1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['2002:7f00:1::', false],
  ['not an address', false],
])('decides whether %s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test.each([
  ['127.0.0.1', (port: string) => `http://127.0.0.1:${port}`],
  ['a host name', (port: string) => `http://localhost:${port}`],
  ['decimal', (port: string) => `http://2130706433:${port}`],
  ['hexadecimal', (port: string) => `http://0x7f000001:${port}`],
  ['octal', (port: string) => `http://0177.0.0.1:${port}`],
  ['short', (port: string) => `http://127.1:${port}`],
  ['full-width digits', (port: string) => `http://１２７.０.０.１:${port}`],
  ['mapped', (port: string) => `http://[::ffff:127.0.0.1]:${port}`],
  ['mapped in hexadecimal', (port: string) => `http://[::ffff:7f00:1]:${port}`],
  ['unspecified', (port: string) => `http://0:${port}`],
])('rejects a private receiver when the socket connects: %s', async (_, urlOf) => {
  const url = urlOf(new URL(receiver.url).port);
  const request = { url, headers: {}, body: '{}' };
  await expect(post(request, { allowsPrivate: false })).rejects.toThrow(/private/);
  expect(receiver.requests).toHaveLength(0);
});

test('does not follow redirects, times out hanging receivers and truncates long answers', async () => {
  const request = { url: receiver.url, headers: {}, body: '{}' };
  receiver.answer = () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } });
  expect(await post(request, { allowsPrivate: true })).toMatchObject({ status: 302 });
  receiver.answer = () => 'hang';
  await expect(post(request, { allowsPrivate: true, timeoutMs: 50 })).rejects.toThrow(/did not answer/);
  receiver.answer = () => ({ status: 200, body: 'x'.repeat(1_000_000) });
  expect((await post(request, { allowsPrivate: true })).body).toHaveLength(65_536);
});

test.each([
  ['120', 120_000],
  [' 5 ', 5_000],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
  ['Thursday, 01-Jan-70 00:01:00 GMT', 60_000],
  ['Thu Jan  1 00:01:00 1970', 60_000],
  // A time in the past.
  ['Wed, 31 Dec 1969 23:00:00 GMT', 0],
  ['soon', undefined],
  ['next 2030', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['2030-01-01T00:00:00Z', undefined],
  ['99999999999999999999', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads Retry-After: %s', (value, expected) => {
  expect(retryAfterMs({ 'retry-after': value }, 0)).toBe(expected);
});
