import { describe, expect, test } from 'vitest';
import { resolveOptions } from './options.ts';
import { settingsFromEnvironment, settingsFromFlags } from './read-settings.ts';

describe('--currency-rate', () => {
  test.each<{ name: string; rates: readonly string[]; read: Readonly<Record<string, string>> }>([
    { name: 'none', rates: [], read: {} },
    { name: 'one', rates: ['EUR=1.08'], read: { EUR: '1.08' } },
    {
      name: 'two rates, one code in lower case',
      rates: ['eur=1.08', 'JPY = 0.0064'],
      read: { EUR: '1.08', JPY: '0.0064' },
    },
    {
      name: 'a rate with many digits, which is kept exactly',
      rates: ['KWD=3.250000000000000001'],
      read: { KWD: '3.250000000000000001' },
    },
  ])('reads $name', ({ rates, read }) => {
    expect(resolveOptions(settingsFromFlags({ 'currency-rate': rates })).currencyRates).toEqual(read);
    expect(
      resolveOptions(settingsFromEnvironment({ USERSPAN_CURRENCY_RATE: rates.join(',') })).currencyRates,
    ).toEqual(read);
  });

  test.each([
    'EUR',
    'EUR=',
    '=1.08',
    'EUR=0',
    'EUR=0.000',
    'EUR=-1',
    'EUR=1,08',
    'EUR=1e2',
    'EUR=.5',
    'EUR=NaN',
    'EUR=Infinity',
    'EUR=0x10',
    'EUR=1234567890',
    'EURO=1.08',
    '€=1.08',
    'EUR:1.08',
    'EUR=1.08=2',
    '',
  ])('rejects %j', (rate) => {
    expect(() => resolveOptions({ 'currency-rate': [rate] })).toThrow(
      `--currency-rate must be a currency code and the US dollars for 1 unit of it, above 0, such as EUR=1.08; got "${rate}"`,
    );
  });

  test('rejects a duplicate currency and US dollars', () => {
    expect(() => resolveOptions({ 'currency-rate': ['EUR=1', 'eur=2'] })).toThrow(
      '--currency-rate gives EUR twice: give one rate for each currency.',
    );
    expect(() => resolveOptions({ 'currency-rate': ['USD=1'] })).toThrow(
      '--currency-rate must name a currency other than USD; got "USD=1"',
    );
  });
});
