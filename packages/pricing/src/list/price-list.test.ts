import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import type { MatchLogic } from '@pydantic/genai-prices';
import { describe, expect, it, vi } from 'vitest';
import { priceOf } from '../price-of.ts';

const packageFolder = new URL('../../', import.meta.url);
const generated = new URL('src/generated/price-list.ts', packageFolder);

describe('the generated list', () => {
  it('equals the output of `pnpm prices`', () => {
    const generator = new URL('generate/generate.mjs', packageFolder);
    expect(execFileSync(process.execPath, [generator.pathname, '--check'], { encoding: 'utf8' })).toBe('');
    // A process of its own, which compresses the whole list.
  }, 60_000);

  // Together with the code that reads it, the module then has 120 KB: see test/formats/import-cost.test.ts.
  it('is at most 68 KB, with the licence of its source', () => {
    expect(statSync(generated).size).toBeLessThanOrEqual(68_000);
    expect(readFileSync(generated, 'utf8')).toContain('Copyright (c) Pydantic Services Inc.');
  });

  it.each(['models', 'aliases', 'service-tiers', 'providers'])(
    'has a source on every row of the overlay: %s',
    (name) => {
      const rows = JSON.parse(readFileSync(new URL(`overlay/${name}.json`, packageFolder), 'utf8')) as {
        source?: string;
      }[];
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.source?.length ?? 0, JSON.stringify(row)).toBeGreaterThan(5);
    },
  );
});

/** Names whose price in the list differs from the package's. The overlay states the reason. */
const OVERLAID = new Set([
  'deepseek/deepseek-chat',
  'deepseek/deepseek-reasoner',
  'deepseek/deepseek-v4-flash',
  'deepseek/deepseek-v4-pro',
  'mistral/mistral-large-latest',
]);

describe('every name in the package genai-prices', () => {
  it.each(['2025-01-01T12:00:00Z', '2026-06-01T02:00:00Z', '2026-10-01T12:00:00Z'])(
    'has its price on %s',
    async (at) => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      const different: string[] = [];
      let compared = 0;
      for (const provider of (await waitForUpdate()) ?? []) {
        for (const model of provider.models) {
          for (const name of [model.id, ...namesIn(model.match)]) {
            const ours = priceOf({
              provider: provider.id,
              model: name,
              usage: { inputTokens: 1_000, outputTokens: 100 },
              at,
            });
            const options = { providerId: provider.id, timestamp: new Date(at) };
            const theirs = calcPrice({ input_tokens: 1_000, output_tokens: 100 }, name, options)?.total_price;
            if ('unpriced' in ours || theirs === undefined || OVERLAID.has(`${provider.id}/${name}`))
              continue;
            compared += 1;
            if (Math.abs(ours.usd - theirs) > 1e-12)
              different.push(`${provider.id}/${name}: ${String(ours.usd)}, ${String(theirs)}`);
          }
        }
      }
      warn.mockRestore();
      expect(different).toEqual([]);
      expect(compared).toBeGreaterThan(2_000);
    },
  );
});

function namesIn(rule: MatchLogic): string[] {
  if ('or' in rule) return rule.or.flatMap(namesIn);
  return 'equals' in rule ? [rule.equals] : [];
}
