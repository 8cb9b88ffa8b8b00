import { usd, type Currency } from '../format/money.ts';

/** Parses `EUR@0.92`; undefined if it is not a currency with a positive rate. */
export function readCurrency(text: string | null | undefined): Currency | undefined {
  const [code = '', rate = ''] = (text ?? '').split('@');
  const value = Number(rate);
  if (!/^[A-Z]{3}$/u.test(code) || rate === '' || !(value > 0) || !Number.isFinite(value)) return undefined;
  return { code, rate: value };
}

/** The reverse of {@link readCurrency}; undefined for US dollars, which are the default. */
export function writeCurrency(currency: Currency): string | undefined {
  if (currency.code === usd.code && currency.rate === 1) return undefined;
  return `${currency.code}@${currency.rate}`;
}
