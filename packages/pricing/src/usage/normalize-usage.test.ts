import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalizeUsage } from './normalize-usage.ts';
import type { UsageApi } from './normalize-usage.ts';
import type { Usage } from './usage.ts';

/** Usages that vendors send, and the expected result. */
interface Shape {
  readonly name: string;
  readonly api: UsageApi;
  readonly raw: unknown;
  readonly usage: Usage;
}

const shapes = JSON.parse(
  readFileSync(new URL('../../usages/shapes.json', import.meta.url), 'utf8'),
) as readonly Shape[];

describe('normalizeUsage', () => {
  it.each(shapes)('$name', ({ api, raw, usage }) => {
    expect(normalizeUsage(api, raw)).toEqual(usage);
  });

  it('names invalid counts, so that the call is not priced without them', () => {
    const raw = {
      prompt_tokens: '12',
      completion_tokens: -3,
      total_tokens: Number.NaN,
      prompt_tokens_details: { cached_tokens: 1e308, audio_tokens: 1.5 },
      completion_tokens_details: { reasoning_tokens: 7n, audio_tokens: Infinity },
      cost: -1,
    };
    expect(normalizeUsage('chat', raw)).toEqual({
      unreadable_prompt_tokens: 1,
      unreadable_completion_tokens: 1,
      unreadable_total_tokens: 1,
      'prompt_tokens_details.unreadable_cached_tokens': 1,
      'prompt_tokens_details.unreadable_audio_tokens': 1,
      'completion_tokens_details.unreadable_reasoning_tokens': 1,
      'completion_tokens_details.unreadable_audio_tokens': 1,
    });
  });

  it('converts -0 to 0', () => {
    const usage = normalizeUsage('chat', { prompt_tokens: -0, completion_tokens: 0 });
    expect(usage).toStrictEqual({ inputTokens: 0, outputTokens: 0 });
  });

  it('returns nothing for an unknown API', () => {
    expect(normalizeUsage('__proto__' as UsageApi, { prompt_tokens: 1 })).toEqual({});
    expect(normalizeUsage('chat', undefined)).toEqual({});
  });
});
