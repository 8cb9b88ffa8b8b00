/**
 * Reads Userspan's own feed formats: prices that a person wrote, by `provider:model`, and the rows of an accepted feed
 * (`serializeFeed`).
 */
import { checkModels } from '../own/parse-prices.ts';
import { TIER_FIELDS } from '../own/price-fields.ts';
import { segmentsOf } from '../own/own-prices.ts';
import { listedProvider } from '../names/provider-names.ts';
import type { FeedRow, ModelPrices } from '../price-options.ts';
import { PRICED_UNITS } from '../priced-unit.ts';
import { withDate } from './feed-history.ts';
import { pricesProblem } from './row-prices.ts';
import { type Entry, type FeedReader, isEntry, priceProblem } from './feed-reader.ts';
import type { JsonDocument } from './read-json.ts';

/** The format name in an accepted feed. */
export const ACCEPTED_FEED = 'userspan price feed 1';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Whether a value is a feed of ours. */
export function isUserspan(value: Entry): boolean {
  return value['feed'] === ACCEPTED_FEED || isEntry(value['models']);
}

/** Reads a feed of ours and returns the day that it states. */
export function readUserspan(reader: FeedReader, value: Entry): string | undefined {
  const { document } = reader;
  const { currency, published, models, rows } = value;
  if (currency !== undefined && currency !== 'USD') {
    const message = `the currency is ${JSON.stringify(currency)}, and prices are read in US dollars`;
    reader.refuse(message, 'currency', document.lineOf(value, 'currency'));
  }
  const isDay = typeof published === 'string' && isDayText(published);
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
    const problem = pricesProblem(prices) ?? twiceProblem(reader, { provider, name });
    if (problem !== undefined) reader.refuse(problem, `rows[${String(index)}]`, line);
    reader.add({ provider, name, prices, ...(since === undefined ? {} : { since }) }, line);
  }
}

function isRow(
  value: unknown,
): value is readonly [provider: string, name: string, prices: string, since?: string] {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return false;
  if (!value.every((part) => typeof part === 'string')) return false;
  const [, , , since] = value as readonly string[];
  return since === undefined || isDayText(since);
}

function isDayText(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text));
}

/**
 * Finds a model that appears twice. Case is ignored and provider names are normalized: `Azure.AI.OpenAI:GPT-7` is
 * `azure:gpt-7`.
 */
function twiceProblem(reader: FeedReader, model: Pick<FeedRow, 'provider' | 'name'>): string | undefined {
  const line = reader.lineOf(model);
  return line === undefined
    ? undefined
    : `${model.provider} has the model ${JSON.stringify(model.name)} twice, in another spelling in line ${String(line)}`;
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
    // `anthropic.claude-3-haiku-20240307-v1:0` has a version after the colon.
    if (colon < 1 || /^\d+(?::\d+k)?$/.test(key.slice(colon + 1))) {
      reader.refuse(
        `expected the provider before the name, such as "${colon < 1 ? 'openai' : 'aws'}:${key}"`,
        path,
        line,
      );
      continue;
    }
    const history = (Array.isArray(value) ? value : [value]) as readonly ModelPrices[];
    const model = { provider: listedProvider(key.slice(0, colon)), name: key.slice(colon + 1).toLowerCase() };
    checkAmounts(reader, history, path, model);
    const twice = twiceProblem(reader, model);
    if (twice !== undefined) reader.refuse(twice, path, line);
    const segments = history
      .toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))
      .flatMap((dated) => {
        const { from } = dated;
        return from === undefined ? segmentsOf(dated) : segmentsOf(dated).map((each) => withDate(each, from));
      });
    reader.add({ ...model, prices: segments.join('\t') }, line);
  }
}

/** Checks the amounts of well-formed prices: whether one is not a number, implausibly high, or zero. */
function checkAmounts(
  reader: FeedReader,
  history: readonly ModelPrices[],
  path: string,
  model: { readonly provider: string; readonly name: string },
): void {
  for (const [index, dated] of history.entries()) {
    const at = history.length === 1 ? path : `${path}[${String(index)}]`;
    checkUnits(reader, dated, at);
    for (const inner of ['longContext', ...TIER_FIELDS] as const) {
      const prices = dated[inner];
      if (prices !== undefined) checkUnits(reader, prices, `${at}.${inner}`);
    }
    if (index !== history.length - 1) continue;
    for (const [field, price] of Object.entries(dated)) {
      const unit = unitOf(field);
      if (unit === undefined || Number(price) !== 0) continue;
      const line = reader.document.lineOf(dated, field);
      reader.zeros.push({ ...model, code: unit.code, path: `${at}.${field}`, line });
    }
  }
}

function checkUnits(reader: FeedReader, prices: object, path: string): void {
  for (const [field, price] of Object.entries(prices) as [string, unknown][]) {
    const problem = unitOf(field) === undefined ? undefined : priceProblem(price, 1);
    if (problem !== undefined)
      reader.refuse(problem, `${path}.${field}`, reader.document.lineOf(prices, field));
  }
}

function unitOf(field: string): (typeof PRICED_UNITS)[keyof typeof PRICED_UNITS] | undefined {
  return Object.hasOwn(PRICED_UNITS, field) ? PRICED_UNITS[field as keyof typeof PRICED_UNITS] : undefined;
}

const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([A-Za-z]\w*)/g;

/** The line of a path such as `models["openai:gpt-7"][0].input`, or of its nearest ancestor in the file. */
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
