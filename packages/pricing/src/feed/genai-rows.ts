/**
 * Converts the data of genai-prices (a list of providers with their models) to the format of our list. Prices keep
 * their dates and times of day.
 */
import { type Entry, type FeedReader, decimal, isEntry, priceProblem } from './feed-reader.ts';
import { namesOfRule } from './genai-names.ts';

/** Name of a price in genai-prices -> code of the unit in our list. */
const CODES: Readonly<Record<string, string>> = {
  input_mtok: 'i',
  cache_read_mtok: 'c',
  cache_write_mtok: 'w',
  cache_write_1h_mtok: 'wh',
  output_mtok: 'o',
  input_audio_mtok: 'ia',
  cache_audio_read_mtok: 'ca',
  output_audio_mtok: 'oa',
  input_image_mtok: 'ii',
  cache_image_read_mtok: 'ci',
  output_image_mtok: 'oi',
  input_video_mtok: 'iv',
  output_video_mtok: 'ov',
  output_reasoning_mtok: 'or',
  output_citation_mtok: 'oc',
  audio_hours: 'h',
  web_searches_kcount: 's',
  storage_searches_kcount: 'f',
  input_document_kpages: 'd',
  input_annotated_document_kpages: 'da',
  input_text_messages_kcount: 'm',
  requests_kcount: 'r',
};
/** Names that repeat a price under another name. */
const REPEATED: ReadonlySet<string> = new Set(['input_audio_hours']);

/** Whether a value is the data of genai-prices. */
export function isGenaiPrices(value: unknown): value is readonly Entry[] {
  return Array.isArray(value) && value.some((each) => isEntry(each) && Array.isArray(each['models']));
}

/** Reads the data and reports problems to the reader. */
export function readGenaiPrices(reader: FeedReader, providers: readonly unknown[]): void {
  for (const [index, provider] of providers.entries()) {
    const path = `[${String(index)}]`;
    if (!isEntry(provider) || typeof provider['id'] !== 'string' || !Array.isArray(provider['models'])) {
      reader.refuse(
        'expected a provider with "id" and "models"',
        path,
        reader.document.lineOf(providers, index),
      );
      continue;
    }
    readModels(reader, provider['id'], provider['models'] as readonly unknown[], path);
  }
}

function readModels(reader: FeedReader, provider: string, models: readonly unknown[], path: string): void {
  const seen = new Set<unknown>();
  for (const [place, model] of models.entries()) {
    const line = reader.document.lineOf(models, place);
    const at = `${path}.models[${String(place)}]`;
    if (!isEntry(model) || typeof model['id'] !== 'string') {
      reader.refuse('expected a model with "id"', at, line);
    } else if (seen.has(model['id'])) {
      reader.refuse(`${provider} has the model ${JSON.stringify(model['id'])} twice`, at, line);
    } else {
      seen.add(model['id']);
      readModel(reader, provider, model, at, line);
    }
  }
}

function readModel(reader: FeedReader, provider: string, model: Entry, path: string, line: number): void {
  const before = reader.problems.length;
  checkPrices(reader, model['prices'], { provider, path: `${path}.prices`, names: namesOfRule(model) });
  if (reader.problems.length > before) return;
  const skip = (reason: string): void => {
    reader.skipped.push({ model: `${provider}/${String(model['id'])}`, reason });
  };
  const segments = genaiSegments(model['prices'], (unit) => skip(`the price ${unit} is not known`));
  if (segments === undefined) return;
  // A missing price is not a price of zero.
  if (!segments.some((segment) => segment.includes('='))) {
    skip('it has no price');
    return;
  }
  for (const name of namesOfRule(model)) reader.add({ provider, name, prices: segments.join('\t') }, line);
}

interface Place {
  readonly provider: string;
  readonly path: string;
  readonly names: readonly string[];
}

function checkPrices(reader: FeedReader, prices: unknown, place: Place): void {
  if (Array.isArray(prices)) return checkPeriods(reader, prices, place);
  if (!isEntry(prices)) return;
  for (const [unit, price] of Object.entries(prices)) {
    const at = { ...place, path: `${place.path}.${unit}` };
    const line = reader.document.lineOf(prices, unit);
    if (/currency$/i.test(unit)) checkCurrency(reader, baseOf(price), at.path, line);
    else checkUnit(reader, unit, price, at, line);
  }
}

/** Checks prices that apply from a date on or at a time of day. */
function checkPeriods(reader: FeedReader, periods: readonly unknown[], place: Place): void {
  for (const [index, each] of periods.entries()) {
    const { prices, constraint }: Entry = isEntry(each) ? each : {};
    const isLast = index === periods.length - 1;
    const path = `${place.path}[${String(index)}]`;
    const problem = constraintProblem(constraint);
    if (problem !== undefined)
      reader.refuse(problem, `${path}.constraint`, reader.document.lineOf(each, 'constraint'));
    checkPrices(reader, prices, { ...place, path: `${path}.prices`, names: isLast ? place.names : [] });
  }
}

/** What is wrong with the date or time of day of a price; `undefined` if nothing is. */
function constraintProblem(constraint: unknown): string | undefined {
  if (constraint === undefined || constraint === null) return undefined;
  if (!isEntry(constraint)) return `expected a date or a time of day, got ${JSON.stringify(constraint)}`;
  const { start_date: date, start_time: from, end_time: until } = constraint;
  if (typeof date === 'string') {
    const isDay = /^\d{4}-\d\d-\d\d/.test(date) && !Number.isNaN(Date.parse(date.slice(0, 10)));
    return isDay ? undefined : `expected a day such as "2026-11-20", got ${JSON.stringify(date)}`;
  }
  const wrong = [from, until].find((time) => !CLOCK.test(String(time)));
  return wrong === undefined && from !== undefined
    ? undefined
    : `expected a full minute of UTC such as "16:30:00Z", got ${JSON.stringify(wrong ?? constraint)}`;
}

function checkCurrency(reader: FeedReader, currency: unknown, path: string, line: number): void {
  if (currency === 'USD') return;
  reader.refuse(`the currency is ${JSON.stringify(currency)}, and prices are read in US dollars`, path, line);
}

function checkUnit(reader: FeedReader, unit: string, price: unknown, place: Place, line: number): void {
  const { provider, path, names } = place;
  const base = baseOf(price);
  const tiers = tiersOf(price).map((tier) => (isEntry(tier) ? tier : {}));
  const bound = tiers.find(({ start }) => !Number.isSafeInteger(start) || Number(start) < 1);
  const problem =
    [base, ...tiers.map((tier) => tier['price'])]
      .map((each) => priceProblem(each, 1))
      .find((each) => each !== undefined) ??
    (bound === undefined
      ? undefined
      : `expected a number of tokens from which a price holds, got ${JSON.stringify(bound['start'] ?? null)}`);
  if (problem !== undefined) reader.refuse(problem, path, line);
  const code = CODES[unit];
  if (base !== 0 || code === undefined) return;
  for (const name of names) reader.zeros.push({ provider, name, code, path, line });
}

/** The base of a price, which is a number, or an object with a base and prices above certain numbers of tokens. */
function baseOf(price: unknown): unknown {
  return isEntry(price) ? price['base'] : price;
}

function tiersOf(price: unknown): readonly unknown[] {
  return isEntry(price) && Array.isArray(price['tiers']) ? (price['tiers'] as readonly unknown[]) : [];
}

/**
 * Segments of one model, oldest first: `[@date][@from-until] items`. A time of day that follows a dated price applies
 * from that date on, although the data does not repeat the date. `undefined` if a price has an unknown unit; `unknown`
 * is then called with it.
 */
export function genaiSegments(prices: unknown, unknown: (unit: string) => void): string[] | undefined {
  if (!Array.isArray(prices)) {
    const items = itemsOf(prices, unknown);
    return items === undefined ? undefined : [items];
  }
  let since = '';
  const segments: string[] = [];
  for (const each of prices as readonly unknown[]) {
    const entry = isEntry(each) ? each : {};
    const items = itemsOf(entry['prices'], unknown);
    if (items === undefined) return undefined;
    const constraint = isEntry(entry['constraint']) ? entry['constraint'] : undefined;
    let when = '';
    if (typeof constraint?.['start_date'] === 'string') {
      since = `@${constraint['start_date'].slice(0, 10)}`;
      when = since;
    } else if (constraint !== undefined) {
      when = `${since}@${clock(constraint['start_time'])}-${clock(constraint['end_time'])}`;
    }
    segments.push(`${when} ${items}`.trim());
  }
  return segments;
}

/** `i=2.5>272000:5 o=15>272000:22.5`: price, then the price above a bound on total input tokens. */
function itemsOf(prices: unknown, unknown: (unit: string) => void): string | undefined {
  if (!isEntry(prices)) return undefined;
  const items: string[] = [];
  for (const [unit, price] of Object.entries(prices)) {
    if (REPEATED.has(unit) || /currency$/i.test(unit)) continue;
    const code = CODES[unit];
    const base = baseOf(price);
    if (code === undefined || typeof base !== 'number' || !(base >= 0)) {
      unknown(unit);
      return undefined;
    }
    const steps = tiersOf(price).map((tier) =>
      isEntry(tier) ? `>${String(boundOf(Number(tier['start'])))}:${decimal(Number(tier['price']))}` : '',
    );
    items.push(`${code}=${decimal(base)}${steps.join('')}`);
  }
  return items.join(' ');
}

/**
 * Corrects a bound by one token: OpenAI's higher price starts above 272,000 tokens, not at it. xAI's bound is
 * inclusive.
 */
function boundOf(start: number): number {
  return start === 271_999 ? 272_000 : start;
}

const CLOCK = /^((?:[01]\d|2[0-3]):[0-5]\d):00Z$/;

function clock(time: unknown): string {
  const match = CLOCK.exec(String(time));
  if (match === null) throw new Error(`time ${String(time)} is not a full minute of UTC`);
  return match[1] ?? '';
}
