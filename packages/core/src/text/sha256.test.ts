import { createHash, createHmac } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { hmacText, isEqualInConstantTime } from './hmac-text.ts';
import { hmacSha256, sha256 } from './sha256.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** FIPS 180-4 examples, and lengths around the block and padding bounds. */
test.each([0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000])('sha256 of %i bytes', (length) => {
  const message = Buffer.alloc(length, 'abc');
  expect(hex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
});

test('hmac-sha256 equals that of node:crypto for any key and message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }), (key, message) => {
      expect(hex(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }),
  );
});

test('strings are hashed as UTF-8, lone surrogates as U+FFFD', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, text) => {
      expect(hmacText(key, text)).toBe(
        createHmac('sha256', Buffer.from(key, 'utf8')).update(Buffer.from(text, 'utf8')).digest('hex'),
      );
    }),
  );
  expect(hmacText('k', '\uD800')).toBe(createHmac('sha256', 'k').update('\uFFFD').digest('hex'));
});

test.each([
  ['', '', true],
  ['a', '', false],
  ['', 'a', false],
  ['ab', 'aba', false],
  ['abab', 'ab', false],
  ['abc', 'abd', false],
  ['abc', 'abc', true],
])('%j and %j are equal: %s', (a, b, equal) => {
  expect(isEqualInConstantTime(a, b)).toBe(equal);
});
