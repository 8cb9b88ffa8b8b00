import { describe, expect, test } from 'vitest';
import { avatarColour, initialsOf, safePicture } from './avatar-face.ts';

test.each([
  ['two names', 'Ada Lovelace', 'u1', 'AL'],
  ['three names', 'Jean Le Rond', 'u1', 'JR'],
  ['one name', 'ada', 'u1', 'A'],
  ['no name', undefined, 'u42', 'U4'],
  ['a name of symbols', '***', 'x', 'X'],
  ['an id of symbols', '', '--', '?'],
  ['letters of another script', '山田 太郎', 'u', '山太'],
  ['a letter outside the Basic Multilingual Plane', '𝒜da', 'u', '𝒜'],
])('initials from %s', (_name, name, id, shown) => {
  expect(initialsOf(name, id)).toBe(shown);
});

test('the same id has the same colour', () => {
  expect(avatarColour('u42')).toBe(avatarColour('u42'));
  expect(avatarColour('u42')).not.toBe(avatarColour('u43'));
});

describe('an image is shown only if it causes no external request, or if the user has allowed it', () => {
  const origin = 'http://127.0.0.1:4318';
  test.each([
    ['inline image', 'data:image/png;base64,AAAA', true, true],
    ['inline HTML page', 'data:text/html,<script>', false, false],
    ['inline SVG, which may contain a script', 'data:image/svg+xml;base64,AAAA', false, false],
    ['same origin', `${origin}/me.png`, true, true],
    ['elsewhere', 'https://example.com/me.png', false, true],
    ['another host without TLS', 'http://example.com/me.png', false, false],
    ['script', 'javascript:alert(1)', false, false],
    ['no URL', 'me.png', false, false],
    ['none', undefined, false, false],
  ])('%s', (_name, picture, byDefault, allowed) => {
    expect(safePicture(picture, origin, false)).toBe(byDefault ? picture : undefined);
    expect(safePicture(picture, origin, true)).toBe(allowed ? picture : undefined);
  });
});
