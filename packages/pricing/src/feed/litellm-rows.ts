/**
 * Converts LiteLLM's list of prices (`model_prices_and_context_window.json`) to the format of our list. Models get the
 * provider and name that calls report, and prices such as `i=2 o=8`, with `!flex*0.5` for a tier.
 */
import type { FeedRow } from '../price-options.ts';
import { type Entry, type FeedReader, isEntry, priceProblem } from './feed-reader.ts';
import { NO_PROVIDERS, nameOf, providerOf, providerOfKey, rank } from './litellm-names.ts';
import { FIELD, FIELDS, pricesOf } from './litellm-prices.ts';

const CURRENCY = /currency$/i;

/** Reads LiteLLM's list, an object of models by name, and reports problems to the reader. */
export function readLitellm(reader: FeedReader, list: Entry): void {
  const entries = Object.entries(list).filter(([key, entry]) => key !== 'sample_spec' && isEntry(entry)) as [
    string,
    Entry,
  ][];
  checkCurrency(reader, list, '');
  for (const [key, entry] of entries) checkEntry(reader, key, entry);
  const byRank = entries.toSorted(([, a], [, b]) => rank(a) - rank(b));
  for (const [key, entry] of byRank) addEntry(reader, list, key, entry);
  for (const [key, { alias_of: of }] of entries) {
    const entry = typeof of === 'string' ? list[of] : undefined;
    // Bedrock has no names such as `claude-opus-latest`: LiteLLM resolves them before the call.
    if (!isEntry(entry) || key.startsWith('bedrock')) continue;
    const aliased = { ...entry, litellm_provider: providerOfKey(key, entry) };
    // Problems of the model itself were already reported.
    const zeros = reader.zeros.length;
    addEntry(reader, list, key, aliased);
    reader.zeros.length = zeros;
  }
}

/** Whether a value is LiteLLM's list. */
export function isLitellm(value: Entry): boolean {
  return Object.values(value).some(
    (entry) => isEntry(entry) && typeof entry['litellm_provider'] === 'string',
  );
}

function checkCurrency(reader: FeedReader, entry: Entry, path: string): void {
  for (const [field, value] of Object.entries(entry)) {
    if (!CURRENCY.test(field) || value === 'USD') continue;
    const message = `the currency is ${JSON.stringify(value)}, and prices are read in US dollars`;
    reader.refuse(message, `${path}${path === '' ? '' : '.'}${field}`, reader.document.lineOf(entry, field));
  }
}

function checkEntry(reader: FeedReader, key: string, entry: Entry): void {
  checkCurrency(reader, entry, `[${JSON.stringify(key)}]`);
  for (const [field, value] of Object.entries(entry)) {
    const path = `[${JSON.stringify(key)}].${field}`;
    const line = reader.document.lineOf(entry, field);
    const scale = FIELDS[FIELD.exec(field)?.[1] ?? '']?.[1];
    if (scale === undefined) continue;
    const problem = priceProblem(value, scale);
    if (problem !== undefined) reader.refuse(problem, path, line);
  }
}

function addEntry(reader: FeedReader, list: Entry, key: string, entry: Entry): void {
  const { litellm_provider: named } = entry;
  if (typeof named !== 'string' || NO_PROVIDERS.has(named)) return;
  const provider = providerOf(named);
  const name = nameOf(key, named);
  const line = reader.document.lineOf(list, key);
  const prices = name === undefined ? undefined : pricesOf(entry, provider);
  if (name === undefined || prices === undefined) {
    if (name !== undefined) addZeros(reader, entry, { provider, name }, key);
    return;
  }
  addZeros(reader, entry, { provider, name }, key);
  reader.add({ provider, name, prices, source: sourceOf(entry) }, line);
}

/** Records units with a price of zero, so that `checkFeed` can find those that had a price before. */
function addZeros(
  reader: FeedReader,
  entry: Entry,
  model: Pick<FeedRow, 'provider' | 'name'>,
  key: string,
): void {
  for (const [field, [code]] of Object.entries(FIELDS)) {
    if (entry[field] !== 0) continue;
    const path = `[${JSON.stringify(key)}].${field}`;
    reader.zeros.push({ ...model, code, path, line: reader.document.lineOf(entry, field) });
  }
}

/** Host of the page that LiteLLM names as its source. */
function sourceOf({ source }: Entry): string {
  return typeof source === 'string' ? (/^https?:\/\/([^/?#:]+)/.exec(source)?.[1] ?? '') : '';
}
