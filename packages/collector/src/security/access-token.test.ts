import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOf, parseAccessToken, parseAccessTokens, secretOf, TOKEN_PERMISSIONS } from './access-token.ts';

const SECRET = 'abcdefghijklmnop';
const HEX = 'a1'.repeat(32);

describe('valid tokens', () => {
  test.each([
    ['only a secret', SECRET, 'admin', 'default', SECRET],
    ['a secret with every character', 'Aa0._~+/-Aa0._~+/-', 'admin', 'default', 'Aa0._~+/-Aa0._~+/-'],
    ['a permission', `read=${SECRET}`, 'read', 'default', SECRET],
    ['a project', `ingest@acme=${SECRET}`, 'ingest', 'acme', SECRET],
    ['a project with every character', `admin@A1.b_c-d=${SECRET}`, 'admin', 'A1.b_c-d', SECRET],
    ['base64 with its padding', `read=${SECRET}==`, 'read', 'default', `${SECRET}==`],
    ['a browser key', `browser@acme=${SECRET}`, 'ingest', 'acme', SECRET],
  ])('%s', (_name, spec, permission, project, secret) => {
    const isBrowserKey = spec.startsWith('browser');
    expect(parseAccessToken(spec)).toEqual({ sha256: hashOf(secret), permission, project, isBrowserKey });
    expect(secretOf(spec)).toBe(secret);
  });

  test.each([`sha256:${HEX}`, `admin=sha256:${HEX}`])('accepts a hash: %s', (spec) => {
    expect(parseAccessToken(spec)).toMatchObject({ sha256: Buffer.from(HEX, 'hex'), permission: 'admin' });
  });
});

describe('invalid tokens', () => {
  test.each([
    ['nothing', '', /secret of 0 characters/],
    ['eight spaces', '        ', /secret of 8 characters/],
    ['blanks', ' '.repeat(20), /letters, digits/],
    ['fifteen characters', 'abcdefghijklmno', /15 characters but needs at least 16/],
    ['a permission without a secret', 'browser@acme=', /secret of 0 characters/],
    ['another permission without a secret', 'ingest@production=', /secret of 0 characters/],
    ['a permission in another case', `Read=${SECRET}`, /begins with "Read" but must be/],
    ['a misspelt permission', `reed@acme=${SECRET}`, /begins with "reed" but must be/],
    ['a colon in place of "="', `read:${SECRET}`, /letters, digits/],
    ['a slash in place of "="', `read/${SECRET}`, /begins with "read" and no "=".* write read=SECRET/],
    [
      'a hyphen in place of "="',
      `Browser-${SECRET}`,
      /begins with "Browser" and no "=".* write browser=SECRET/,
    ],
    ['a period in place of "@"', `ingest.acme.${SECRET}`, /begins with "ingest" and no "="/],
    ['a look-alike letter', `re\u0430d=${SECRET}`, /has an "="/],
    ['a full-width "="', `read\uFF1D${SECRET}`, /letters, digits/],
    ['a zero-width character', `read\u200B=${SECRET}`, /has an "="/],
    ['a leading space', ` read=${SECRET}`, /has an "="/],
    ['a space before the secret', `read= ${SECRET}`, /letters, digits/],
    ['a trailing space', `read=${SECRET} `, /letters, digits/],
    ['a line break', `read=${SECRET}\n`, /letters, digits/],
    ['an empty project', `read@=${SECRET}`, /names a project/],
    ['two projects', `read@a@b=${SECRET}`, /names a project/],
    ['a project with a slash', `read@a/b=${SECRET}`, /names a project/],
    ['a project that begins with a dot', `read@.a=${SECRET}`, /names a project/],
    ['a project of 65 characters', `read@${'a'.repeat(65)}=${SECRET}`, /names a project/],
    ['two permissions', `read=admin=${SECRET}`, /letters, digits/],
    ['a secret with "=" and no permission', `${SECRET}=`, /has an "="/],
    ['the name of an object member', `constructor=${SECRET}`, /begins with "constructor"/],
    ['__proto__', `__proto__=${SECRET}`, /has an "="/],
    ['a hash that is too short', 'admin=sha256:deadbeef', /64 lower-case hexadecimal/],
    ['a hash that is too long', `admin=sha256:${HEX}0`, /64 lower-case hexadecimal/],
    ['a hash without a permission, too short', `sha256:${HEX.slice(1)}`, /64 lower-case hexadecimal/],
    ['a hash in capitals', `sha256:${HEX.toUpperCase()}`, /64 lower-case hexadecimal/],
    ['a hash of another name', `sha-256:${HEX}`, /64 lower-case hexadecimal/],
    ['a hash with a "="', `sha256=${HEX}`, /has an "="/],
    ['letters of other languages', 'é'.repeat(16), /letters, digits/],
    ['513 characters', 'a'.repeat(513), /16 to 512/],
    ['a comma', `${SECRET},read`, /letters, digits/],
  ])('%s', (_name, spec, message) => {
    expect(() => parseAccessToken(spec)).toThrow(message);
  });

  test('rejects a secret that appears twice, with any permission, also as a hash', () => {
    const hashed = `read=sha256:${hashOf(SECRET).toString('hex')}`;
    for (const specs of [
      [SECRET, `read=${SECRET}`],
      [`read=${SECRET}`, 'ingest=another-secret-here', `read@b=${SECRET}`],
      [SECRET, hashed],
      [SECRET, SECRET],
    ]) {
      expect(() => parseAccessTokens(specs)).toThrow(/^Tokens 1 and \d have the same secret/);
    }
  });

  test('names the invalid one of several tokens, without its secret', () => {
    expect(() => parseAccessTokens([`read=${SECRET}`, `reed@acme=${SECRET}2`])).toThrow(
      /^Token 2 of 2 begins with "reed"(?!.*abcdefgh)/,
    );
  });
});

test('accepts a string only if it matches the grammar exactly, and shows no secret when rejecting', () => {
  const part = fc.oneof(
    fc.constantFrom(
      ...TOKEN_PERMISSIONS,
      '@',
      '=',
      ':',
      ' ',
      'sha256:',
      'acme',
      SECRET,
      HEX,
      ',',
      '\n',
      '\0',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.stringMatching(/^[A-Za-z0-9._~+/-]{14,20}$/),
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
      (spec) => {
        const isToken =
          /^(?:(?:ingest|read|admin|browser)(?:@[A-Za-z0-9][A-Za-z0-9._-]{0,63})?=(?:[A-Za-z0-9._~+/-]{16,512}={0,2}|sha256:[0-9a-f]{64})|(?!(?:ingest|read|browser)[._~+/-])[A-Za-z0-9._~+/-]{16,512}|sha256:[0-9a-f]{64})$/.test(
            spec,
          ) && !spec.endsWith('\n');
        try {
          parseAccessToken(spec);
          expect(isToken).toBe(true);
        } catch (error) {
          expect(isToken).toBe(false);
          expect((error as Error).message).not.toContain(SECRET);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('never accepts a misspelt permission as a token', () => {
  const letters = [
    ...'abdegimnrstwADEINRST019'.split(''),
    ' ',
    '\t',
    '\u0430',
    '\u0435',
    '\u0131',
    '\u212A',
    '\u200B',
    '@',
    ':',
  ];
  const spellings = TOKEN_PERMISSIONS.flatMap((name) => [
    name.toUpperCase(),
    ...Array.from(name, (_letter, at) => [
      name.slice(0, at) + name.slice(at + 1),
      name.slice(0, at) + name.slice(at, at + 1).toUpperCase() + name.slice(at + 1),
      ...letters.flatMap((other) => [
        name.slice(0, at) + other + name.slice(at),
        name.slice(0, at) + other + name.slice(at + 1),
      ]),
    ]).flat(),
    ...letters.map((other) => name + other),
  ]).filter((spelling) => !TOKEN_PERMISSIONS.some((name) => name === spelling));
  expect(spellings.length).toBeGreaterThan(1_000);
  const taken = spellings
    .flatMap((spelling) => [
      `${spelling}=${SECRET}`,
      `${spelling}@acme=${SECRET}`,
      `${spelling}=sha256:${HEX}`,
    ])
    .filter((spec) => {
      try {
        parseAccessToken(spec);
        return true;
      } catch (error) {
        return !/must be|names a project|letters, digits/.test((error as Error).message);
      }
    });
  expect(taken).toEqual([]);
});

test('never makes an admin token from any spelling of a lower permission', () => {
  for (const name of ['ingest', 'read', 'browser']) {
    for (const spelling of [name, name.toUpperCase(), name.slice(0, 1).toUpperCase() + name.slice(1)]) {
      for (const sign of ['', '@acme', '.acme', '/acme'].flatMap((project) =>
        Array.from(':=-_.~+/ @,;|\t\uFF1D\u2215', (separator) => `${project}${separator}`),
      )) {
        const spec = `${spelling}${sign}${SECRET}`;
        let permission: string | undefined;
        try {
          ({ permission } = parseAccessToken(spec));
        } catch {
          continue;
        }
        expect({ spec, permission, isExact: /^[a-z]+(?:@acme)?=/.test(spec) }).toEqual({
          spec,
          permission: name === 'browser' ? 'ingest' : name,
          isExact: true,
        });
      }
    }
  }
});
