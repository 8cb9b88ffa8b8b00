import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { priceOf } from './index.ts';
import type { Usage } from './index.ts';

/**
 * Model ids as they occur in requests and responses (`../model-ids.json`), by the provider that was called. The prices
 * are written by hand from the list for the model that the id means: input, output and fees, in US dollars
 * for as many units as the list has. `null` has no price, and the reason says why: a name is never priced by likeness.
 */
type Row = readonly [id: string, price: string | null, reason: string, kind?: keyof typeof USAGES];

const USAGES = {
  text: { inputTokens: 1_000, outputTokens: 10, audioInputTokens: 0, audioOutputTokens: 0 },
  embedding: { inputTokens: 1_000 },
  speech: { characters: 1_000 },
  audio: { seconds: 60 },
  video: { videoSeconds: 4 },
  picture: { images: 1, imageSize: '1024x1024', imageQuality: 'standard' },
} satisfies Readonly<Record<string, Usage>>;

const table = Object.entries(
  JSON.parse(readFileSync(new URL('../model-ids.json', import.meta.url), 'utf8')) as Readonly<
    Record<string, readonly Row[]>
  >,
);

describe.each(table)('%s', (provider, rows) => {
  it.each(rows.map((row) => ({ row, name: `${row[0]} costs ${row[1] ?? 'no known price'}: ${row[2]}` })))(
    '$name',
    ({ row: [model, price, reason, kind = 'text'] }) => {
      expect(reason).not.toBe('');
      expect(pricesOf(provider, model, USAGES[kind])).toBe(price);
    },
  );
});

it('has at least 120 ids and no duplicates', () => {
  const ids = table.flatMap(([provider, rows]) => rows.map(([id]) => `${provider} ${id}`));
  expect(ids.length).toBeGreaterThanOrEqual(120);
  expect(new Set(ids).size).toBe(ids.length);
});

function pricesOf(provider: string, model: string, usage: Usage): string | null {
  const cost = priceOf({ provider, model, usage, at: '2026-11-25T12:00:00Z' });
  if ('unpriced' in cost) {
    // The model itself has no price, not only this kind of usage.
    expect(cost.unpriced).toContain('no price for the model');
    return null;
  }
  return cost.lines.length === 0 ? 'free' : cost.lines.map((line) => String(line.unitPrice)).join(' ');
}
