import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListedModel } from '../list/listed-model.ts';
import { lookUpModel } from './model-lookup.ts';

/** The rows of LiteLLM's list (`generate/sources/litellm.tsv`): provider, name, source, prices. */
const rows = readFileSync(new URL('../../generate/sources/litellm.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [provider = '', name = '', , ...prices] = line.split('\t');
    return { provider, name, prices };
  });
/** `provider name` of every recorded disagreement and every excluded row. */
const decided = new Set(
  readFileSync(new URL('../../price-decisions.tsv', import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.split('\t').slice(0, 2).join(' ')),
);
const excluded = new Set(
  (
    JSON.parse(readFileSync(new URL('../../overlay/excluded.json', import.meta.url), 'utf8')) as {
      provider: string;
      names: string[];
    }[]
  ).flatMap(({ provider, names }) => names.map((name) => `${provider} ${name}`)),
);
const atMs = Date.parse('2026-11-25T12:00:00Z');

describe("every name in LiteLLM's list", () => {
  it('has the same price in our list, or the disagreement is recorded', () => {
    const wrong: string[] = [];
    for (const { provider, name, prices } of rows) {
      const id = `${provider} ${name}`;
      if (excluded.has(id)) continue;
      const theirs = new ListedModel(prices).card('standard', atMs, 0, '')?.rates;
      const ours = lookUpModel(provider, name)?.model.card('standard', atMs, 0, '')?.rates;
      const isSame = (['input', 'output'] as const).every((unit) => {
        const [a, b] = [ours?.[unit]?.unitPrice, theirs?.[unit]?.unitPrice];
        // A retired name no longer has a price.
        if (ours?.[unit] === null) return true;
        return b === undefined || (a !== undefined && Math.abs(a - b) <= b * 0.002);
      });
      if (!isSame && !decided.has(id)) wrong.push(id);
    }
    expect(rows.length).toBeGreaterThan(3_500);
    expect(wrong).toEqual([]);
  });

  it('with a word added is a different model, which is listed or unknown', () => {
    const word = fc.stringMatching(/^[a-z]{4,9}$/).filter((text) => !OPEN_WORDS.has(text));
    const row = fc.constantFrom(...rows);
    fc.assert(
      fc.property(row, word, fc.constantFrom('-', '.', '_', '/'), ({ provider, name }, tail, joint) => {
        const found = lookUpModel(provider, `${name}${joint}${tail}`);
        const isListed = rows.some(
          (each) => each.provider === provider && each.name === `${name}${joint}${tail}`,
        );
        expect(found === undefined || isListed).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

/** Suffixes that are allowed after a name with versions. */
const OPEN_WORDS: ReadonlySet<string> = new Set(['latest', 'preview', 'experimental', 'default']);
