import type { BillingItem } from './billing-item.ts';

/** Field of token prices -> short name in the list. All are US dollars per 1M tokens. */
export const TOKEN_FIELDS: Readonly<Record<string, BillingItem>> = {
  input: 'i',
  cachedInput: 'c',
  cacheWriteInput: 'w',
  cacheWrite1hInput: 'wh',
  audioInput: 'ia',
  cachedAudioInput: 'ca',
  imageInput: 'ii',
  cachedImageInput: 'ci',
  videoInput: 'iv',
  output: 'o',
  reasoningOutput: 'or',
  audioOutput: 'oa',
  imageOutput: 'oi',
  videoOutput: 'ov',
};

/** Field -> short name and unit of the other prices. `request` is written per 1,000 in the list. */
export const OTHER_FIELDS: Readonly<Record<string, { readonly item: BillingItem; readonly unit: string }>> = {
  characters: { item: 'ch', unit: '1M characters' },
  minute: { item: 'mi', unit: 'minute of audio' },
  picture: { item: 'p', unit: 'picture' },
  request: { item: 'r', unit: 'request' },
  webSearch: { item: 's', unit: '1,000 web searches' },
  fileSearch: { item: 'f', unit: '1,000 file searches' },
};

export const TIER_FIELDS = ['batch', 'flex', 'priority'] as const;

const DECIMAL = /^\d{1,18}(?:\.\d{1,24})?(?:[eE][+-]?\d{1,2})?$/;

/** Whether a value is an amount of US dollars, from 0 up. */
export function isDollars(value: unknown): value is number | string {
  return (typeof value === 'number' || typeof value === 'string') && DECIMAL.test(String(value));
}

/** Whether a value is a day that exists, `YYYY-MM-DD`. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}
