/**
 * Userspan's own formats of a feed: prices as a person writes them, by `provider:model`, and the rows of a feed that was
 * accepted before (`serializeFeed`).
 */
import { checkModels } from '../own/parse-prices.ts';
import { segmentsOf } from '../own/own-prices.ts';
import { listedProvider } from '../names/provider-names.ts';
import type { ModelPrices } from '../price-options.ts';
import { PRICED_UNITS } from '../priced-unit.ts';
import { withDate } from './feed-history.ts';
import { type Entry, type FeedReader, isEntry, priceProblem } from './feed-reader.ts';
import type { JsonDocument } from './read-json.ts';

/** What stands in an accepted feed beside its rows. */
export const ACCEPTED_FEED = 'userspan price feed 1';

/** The words of the list, and nothing else. */
const PRICES = /^[a-zT\dZ!@*=.>:/ \t-]+$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Whether a value is a feed of ours. */
export function isUserspan(value: Entry): boolean {
  return value['feed'] === ACCEPTED_FEED || isEntry(value['models']);
}

/** Reads a feed of ours; gives the day that it states. */
export function readUserspan(reader: FeedReader, value: Entry): string | undefined {
  const { document } = reader;
  const { currency, published, models, rows } = value;
  if (currency !== undefined && currency !== 'USD') {
    const message = `the currency is ${JSON.stringify(currency)}, and prices are read in US dollars`;
    reader.refuse(message, 'currency', document.lineOf(value, 'currency'));
  }
  const isDay = typeof published === 'string' && DAY.test(published) && !Number.isNaN(Date.parse(published));
  if (published !== undefined && !isDay) {
    const message = `expected a day such as "2026-11-20", got ${JSON.stringify(published)}`;
    reader.refuse(message, 'published', document.lineOf(value, 'published'));
  }
  if (value['feed'] === ACCEPTED_FEED) readRows(reader, rows);
  else if (isEntry(models)) readModels(reader, models);
  return isDay ? published : undefined;
}

function readRows(reader: FeedReader, rows: unknown): void {
  if (!Array.isArray(rows)) {
    reader.refuse('expected a list of rows', 'rows');
    return;
  }
  for (const [index, row] of (rows as readonly unknown[]).entries()) {
    const line = reader.document.lineOf(rows, index);
    if (!isRow(row)) {
      reader.refuse('expected a provider, a model and its prices', `rows[${String(index)}]`, line);
      continue;
    }
    const [provider, name, prices, since] = row;
    reader.add({ provider, name, prices, ...(since === undefined ? {} : { since }) }, line);
  }
}

function isRow(
  value: unknown,
): value is readonly [provider: string, name: string, prices: string, since?: string] {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return false;
  if (!value.every((part) => typeof part === 'string')) return false;
  const [, , prices = '', since] = value as readonly string[];
  return PRICES.test(prices) && (since === undefined || DAY.test(since));
}

function readModels(reader: FeedReader, models: Entry): void {
  const problems: string[] = [];
  checkModels(models, 'models', problems);
  for (const problem of problems) {
    const [, path = '', message = problem] = /^((?:[^:"]|"(?:[^"\\]|\\.)*")*): (.*)$/s.exec(problem) ?? [];
    reader.refuse(message, path, lineOfPath(reader.document, { models }, path));
  }
  if (problems.length > 0) return;
  for (const [key, value] of Object.entries(models)) {
    const line = reader.document.lineOf(models, key);
    const path = `models[${JSON.stringify(key)}]`;
    const colon = key.indexOf(':');
    if (colon < 1) {
      reader.refuse(`expected the provider before the name, such as "openai:${key}"`, path, line);
      continue;
    }
    const history = (Array.isArray(value) ? value : [value]) as readonly ModelPrices[];
    const model = { provider: listedProvider(key.slice(0, colon)), name: key.slice(colon + 1).toLowerCase() };
    checkAmounts(reader, history, path, model);
    const segments = history
      .toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))
      .flatMap((dated) => {
        const { from } = dated;
        return from === undefined ? segmentsOf(dated) : segmentsOf(dated).map((each) => withDate(each, from));
      });
    reader.add({ ...model, prices: segments.join('\t') }, line);
  }
}

/** Prices that are right in form: whether one is too high to be meant, or nothing. */
function checkAmounts(
  reader: FeedReader,
  history: readonly ModelPrices[],
  path: string,
  model: { readonly provider: string; readonly name: string },
): void {
  for (const [index, dated] of history.entries()) {
    for (const [field, price] of Object.entries(dated)) {
      const unit = Object.hasOwn(PRICED_UNITS, field)
        ? PRICED_UNITS[field as keyof typeof PRICED_UNITS]
        : undefined;
      if (unit === undefined) continue;
      const at = history.length === 1 ? `${path}.${field}` : `${path}[${String(index)}].${field}`;
      const line = reader.document.lineOf(dated, field);
      const problem = priceProblem(Number(price), 1);
      if (problem !== undefined) reader.refuse(problem, at, line);
      const isLast = index === history.length - 1;
      if (Number(price) === 0 && isLast) reader.zeros.push({ ...model, code: unit.code, path: at, line });
    }
  }
}

const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([A-Za-z]\w*)/g;

/** The line of `models["openai:gpt-7"][0].input`; that of the nearest part above it which the file has. */
function lineOfPath(document: JsonDocument, root: unknown, path: string): number {
  let line = 1;
  let value = root;
  for (const [, quoted, index, name] of path.matchAll(STEP)) {
    const key = index === undefined ? (name ?? (JSON.parse(`"${quoted ?? ''}"`) as string)) : Number(index);
    const found = document.lineOf(value, key);
    if (found > 1) line = found;
    value = typeof value === 'object' && value !== null ? (value as Entry)[key as string] : undefined;
  }
  return line;
}
