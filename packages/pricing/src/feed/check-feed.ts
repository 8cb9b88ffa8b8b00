import { ListedModel } from '../list/listed-model.ts';
import { lookUpModel } from '../names/model-lookup.ts';
import type { FeedRow, PriceFeed } from '../price-options.ts';
import { PRICED_UNITS, UNIT_NAMES, UNIT_OF_CODE, type UnitName } from '../priced-unit.ts';
import type { FeedReader } from './feed-reader.ts';

/** If a price differs from another by more than this factor, its unit is taken to be wrong. */
const MAX_FACTOR = 50;
/** A feed with less than this share of the previous feed's models is taken to be incomplete. */
const MIN_SHARE = 0.5;

/**
 * Compares a feed with the current one and with the list. Differences that cannot be price changes are reported to the
 * reader.
 */
export function checkFeed(reader: FeedReader, day: string, previous: PriceFeed | undefined): void {
  const { rows } = reader;
  if (rows.length === 0) {
    reader.refuse('no model has a price');
    return;
  }
  if (previous !== undefined && rows.length < previous.rows.length * MIN_SHARE) {
    reader.refuse(
      `it has ${String(rows.length)} models, and the one in use ${String(previous.rows.length)}: it is cut off`,
    );
  }
  const atMs = Date.parse(`${day}T12:00:00Z`);
  const before = new Map(previous?.rows.map((row) => [`${row.provider}\t${row.name}`, row]));
  const known = (row: Pick<FeedRow, 'provider' | 'name'>): ListedModel | undefined => {
    const was = before.get(`${row.provider}\t${row.name}`);
    return was === undefined
      ? lookUpModel(row.provider, row.name)?.model
      : new ListedModel(was.prices.split('\t'));
  };
  const now = new Map(rows.map((row) => [`${row.provider}\t${row.name}`, row]));
  for (const { path, line, code, ...model } of reader.zeros) {
    const unit = UNIT_OF_CODE.get(code);
    // LiteLLM lists some models under two of its providers, once free and once with a price.
    const elsewhere = now.get(`${model.provider}\t${model.name}`);
    if (elsewhere !== undefined && unit !== undefined && isPriced(elsewhere, unit, atMs)) continue;
    const price =
      unit === undefined ? undefined : known(model)?.card('standard', atMs, 0, '')?.rates[unit]?.unitPrice;
    if (unit === undefined || price === undefined || price === 0) continue;
    const { words } = PRICED_UNITS[unit];
    reader.refuse(
      `${words} of ${model.provider} ${model.name} cost $${String(price)} before and nothing now`,
      path,
      line,
    );
  }
  for (const row of rows) checkRow(reader, row, known(row), atMs);
}

function isPriced(row: FeedRow, unit: UnitName, atMs: number): boolean {
  const rate = new ListedModel(row.prices.split('\t')).card('standard', atMs, 0, '')?.rates[unit];
  return (rate?.unitPrice ?? 0) > 0;
}

function checkRow(reader: FeedReader, row: FeedRow, before: ListedModel | undefined, atMs: number): void {
  const old = before?.card('standard', atMs, 0, '')?.rates;
  if (old === undefined) return;
  const now = new ListedModel(row.prices.split('\t')).card('standard', atMs, 0, '')?.rates;
  for (const unit of UNIT_NAMES) {
    const was = old[unit]?.unitPrice;
    const is = now?.[unit]?.unitPrice;
    if (was === undefined || is === undefined || was === 0 || is === 0) continue;
    const factor = Math.max(is / was, was / is);
    if (factor < MAX_FACTOR) continue;
    reader.refuse(
      `${PRICED_UNITS[unit].words} of ${row.provider} ${row.name} cost $${String(was)} before and $${String(is)} now: the unit is wrong`,
      undefined,
      reader.lineOf(row),
    );
  }
}
