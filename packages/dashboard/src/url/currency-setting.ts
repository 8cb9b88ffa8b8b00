import { usd, type Currency } from '../format/money.ts';

/** Reads `EUR@0.92`; what is no currency with a rate above zero is undefined. */
export function readCurrency(text: string | null | undefined): Currency | undefined {
  const [code = '', rate = ''] = (text ?? '').split('@');
  const value = Number(rate);
  if (!/^[A-Z]{3}$/u.test(code) || rate === '' || !(value > 0) || !Number.isFinite(value)) return undefined;
  return { code, rate: value };
}

/** Writes what {@link readCurrency} reads; dollars, the currency of the figures, are not written. */
export function writeCurrency(currency: Currency): string | undefined {
  if (currency.code === usd.code && currency.rate === 1) return undefined;
  return `${currency.code}@${currency.rate}`;
}
