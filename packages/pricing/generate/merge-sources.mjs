/**
 * Adds LiteLLM's prices to the list from genai-prices and the overlay, and decides which price to use if they disagree.
 * Every decision is recorded with its rule:
 *
 * - `by hand`: overlay/disagreements.json says which source is right, and why.
 * - `overlay`: a row of overlay/models.json was checked by hand and is used.
 * - `history`: LiteLLM has a price that genai-prices lists as an earlier one; the price of genai-prices is used.
 * - `own list`: the other price is from the list of a provider that this one falls back to; LiteLLM's price is used.
 * - `own region`: the other price is that of the name without its region; LiteLLM's price for the region is used.
 * - `date`: LiteLLM is newer and names the vendor's own page; its price is used from the day of its first list with it.
 * - `source`: in all other cases the price of genai-prices is used.
 */
import { loadPackage } from './load-package.mjs';

const KEEP = 'genai-prices';
const TAKE = 'litellm';
/** Hosts of the vendors and of clouds that serve their models. */
const VENDOR_HOSTS =
  /(?:^|\.)(?:openai\.com|anthropic\.com|claude\.com|google\.com|google\.dev|amazonaws\.com|amazon\.com|microsoft\.com|azure\.com|mistral\.ai|x\.ai|deepseek\.com|cohere\.com|groq\.com|together\.ai|fireworks\.ai|perplexity\.ai|moonshot\.ai|minimax\.io|novita\.ai|z\.ai|baseten\.co|ovhcloud\.com|cerebras\.ai)$/;
/** Providers whose names in LiteLLM's list also match names with a date or version, as the names of genai-prices do. */
const OPEN = new Set(['anthropic', 'aws']);
/** Units that are added to a row of genai-prices that does not have them. */
const FILLED = ['c', 'w', 'wh', 'wl', 'ia', 'ca', 'wa', 'ii', 'ci', 'iv', 'oa', 'oi', 'ov'];
const LONG_INPUT = 10_000_000;

/** `rows` are LiteLLM's, see `sources/litellm.mjs`; `published` is the day of its list. */
export async function mergeSources(readable, rows, published, overlay) {
  const list = await loadPackage(readable);
  const lines = parse(readable);
  const decisions = [];
  const agreed = [];
  const counts = { added: 0, agreed: 0, filled: 0, left: 0 };
  const atMs = Date.parse(`${published}T12:00:00Z`);
  for (const row of rows) {
    const skipped = overlay.excluded.some(
      ({ provider, names }) => provider === row.provider && names.includes(row.name),
    );
    if (skipped) {
      counts.left += 1;
      continue;
    }
    const theirs = new list.ListedModel(row.prices.split('\t'));
    const found = list.lookUpModel(row.provider, row.name);
    if (found === undefined) {
      counts.added += 1;
      addRow(lines, row, row.prices);
      continue;
    }
    const differences = differencesOf(list, found.model, theirs, atMs);
    if (differences.length === 0) {
      counts[fill(lines, row, list, found.model, theirs, atMs) ? 'filled' : 'agreed'] += 1;
      agreed.push(row);
      continue;
    }
    const key = keyOf(list, lines, row.provider, row.name, found);
    const decision = decide(row, found, key, differences, overlay, list, theirs, atMs);
    decisions.push({ ...row, ...decision, differences });
    if (decision.use === TAKE) take(list, lines, row, key, decision.rule, overlay.base.published, published);
  }
  await keepApart(lines, agreed, atMs);
  return { text: textOf(lines), decisions, counts };
}

/**
 * Gives a row its own price if it shared a price with another list, or with the name without its region, and that price
 * has changed: Azure does not change its price when xAI does.
 */
async function keepApart(lines, agreed, atMs) {
  const list = await loadPackage(textOf(lines));
  for (const row of agreed) {
    const theirs = new list.ListedModel(row.prices.split('\t'));
    const found = list.lookUpModel(row.provider, row.name);
    const isOwnRow = found.list.id === row.provider && !REGION.test(row.name);
    if (isOwnRow || differencesOf(list, found.model, theirs, atMs).length === 0) continue;
    addRow(lines, row, row.prices);
  }
}

/** Returns `unit: genai-prices / LiteLLM` for each unit for which the two prices differ. */
function differencesOf(list, ours, theirs, atMs, theirMs = atMs) {
  const differences = [];
  for (const inputTokens of [0, LONG_INPUT]) {
    const one = ours.card('standard', atMs, inputTokens, '');
    const other = theirs.card('standard', theirMs, inputTokens, '');
    if (one === undefined || other === undefined) continue;
    const long = inputTokens === 0 ? '' : ' (long)';
    for (const { unit, prices } of unitDifferences(list, one, other)) {
      if (!differences.some((each) => each.startsWith(`${unit} ${prices}`)))
        differences.push(`${unit}${long} ${prices}`);
    }
    if (one.isFree && !other.isFree && inputTokens === 0) differences.push('free / not free');
  }
  return differences;
}

function unitDifferences(list, one, other) {
  return Object.entries(list.PRICED_UNITS).flatMap(([unit, { code }]) => {
    const a = one.rates[unit];
    const b = other.rates[unit];
    const isEqual = !a || !b || code === 's' || isSame(a.unitPrice, b.unitPrice);
    return isEqual ? [] : [{ unit, prices: `${a.unitPrice} / ${b.unitPrice}` }];
  });
}

/** Whether two prices are equal, except for rounding. */
function isSame(a, b) {
  return Math.abs(a - b) <= Math.max(a, b) * 0.002;
}

/** A region or a group of them before a name of Bedrock. */
const REGION = /^(?:(?:us|us-gov|eu|apac|jp|au|in|ca|sa)\.|[a-z]{2}(?:-[a-z]+)+-\d\/)/;

function decide(row, found, key, differences, overlay, list, theirs, atMs) {
  const byHand = overlay.disagreements.find(
    ({ provider, names }) => provider === row.provider && names.some((name) => isNamed(row.name, name)),
  );
  if (byHand !== undefined) return { use: byHand.use, rule: 'by hand', reason: byHand.reason };
  if (found.list.id !== row.provider) return { use: TAKE, rule: 'own list' };
  const isOverlaid = overlay.models.some(
    ({ provider, names }) => provider === row.provider && names.includes(key),
  );
  if (isOverlaid) return { use: KEEP, rule: 'overlay' };
  if (REGION.test(row.name) && !REGION.test(key)) return { use: TAKE, rule: 'own region' };
  if (wasEarlier(list, found.model, theirs, atMs)) return { use: KEEP, rule: 'history' };
  if (VENDOR_HOSTS.test(row.source)) return { use: TAKE, rule: 'date' };
  return { use: KEEP, rule: 'source' };
}

/** `anthropic.claude-*` matches every name with this prefix. */
function isNamed(name, pattern) {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

const EARLIER_DAYS = 1_200;
const DAY_MS = 86_400_000;

/** Whether the prices on any day of the last years equal LiteLLM's. */
function wasEarlier(list, ours, theirs, atMs) {
  for (let days = 1; days <= EARLIER_DAYS; days += 1) {
    const then = atMs - days * DAY_MS;
    if (
      ours.card('standard', then, 0, '') !== undefined &&
      differencesOf(list, ours, theirs, then, atMs).length === 0
    )
      return true;
  }
  return false;
}

/** LiteLLM's price: from the day of the list on if the price has changed, otherwise for all time. */
function take(list, lines, row, key, rule, genaiDay, published) {
  const { names } = lines.get(row.provider);
  const before = rule === 'date' ? names.get(key) : undefined;
  if (before === undefined) {
    names.set(row.name, row.prices);
    return;
  }
  // The day of the first list with the price, if the extract has it and genai-prices has no later price.
  const first = list.lastDay(row.prices);
  const since = first > genaiDay ? first : published;
  const dated = list
    .latestOf(row.prices)
    .split('\t')
    .map((segment) => list.withDate(segment, since));
  names.set(row.name, [before, ...dated].join('\t'));
}

/** The name in a provider's own list under which the look-up finds a model. */
function keyOf(list, lines, provider, name, found) {
  const { names } = lines.get(found.list.id);
  if (names.has(name)) return name;
  return [...names.keys()].find((key) => list.providerList(found.list.id).model(key) === found.model) ?? name;
}

/** Adds tiers and units that only LiteLLM has to a name whose other prices are the same. */
function fill(lines, row, list, ours, theirs, atMs) {
  const names = lines.get(row.provider)?.names;
  const before = names?.get(row.name);
  if (before === undefined) return false;
  const segments = before.split('\t');
  const standard = segments.findLastIndex((segment) => !segment.startsWith('!'));
  const [items = '', ...tiers] = list.latestOf(row.prices).split('\t');
  const one = ours.card('standard', atMs, 0, '').rates;
  const units = new Map(Object.entries(list.PRICED_UNITS).map(([unit, { code }]) => [code, unit]));
  const missing = items.split(' ').filter((item) => {
    const [code] = item.split('=');
    return FILLED.includes(code) && one[units.get(code)] === undefined;
  });
  // A price for a part of the day comes after the price of the day, and units can be added to the price of the day only.
  const isByTime = /@(?:wd)?\d\d:\d\d-/.test(before);
  if (missing.length > 0 && !isByTime)
    segments[standard] = `${segments[standard]} ${missing.join(' ')}`.trim();
  const since = /^@(\S+)/.exec(segments[standard])?.[1] ?? '';
  for (const tier of tiers) {
    const name = /^!([a-z]+)/.exec(tier)?.[1];
    if (name === 'batch' || isByTime || ours.card(name, atMs, 0, '') !== undefined) continue;
    const ofTier = / s=/.test(segments[standard]) ? tier : tier.replace(/ s=\S+/, '');
    segments.push(since === '' ? ofTier : list.withDate(ofTier, since));
  }
  const after = segments.join('\t');
  if (after === before) return false;
  for (const name of [row.name, `${row.name}*`]) if (names.get(name) === before) names.set(name, after);
  return true;
}

function addRow(lines, row, prices) {
  if (!lines.has(row.provider)) lines.set(row.provider, { head: `#${row.provider}\t\t\t`, names: new Map() });
  const { names } = lines.get(row.provider);
  names.set(row.name, prices);
  if (OPEN.has(row.provider) && !names.has(`${row.name}*`)) names.set(`${row.name}*`, prices);
}

/** Maps each provider to its head line and to its names with their prices. */
function parse(readable) {
  const lines = new Map();
  let current;
  for (const line of readable.split('\n')) {
    if (line.startsWith('#')) {
      current = { head: line, names: new Map() };
      lines.set(line.slice(1, line.indexOf('\t')), current);
      continue;
    }
    const at = line.indexOf('\t');
    for (const name of line.slice(0, at).split('|')) current.names.set(name, line.slice(at + 1));
  }
  return lines;
}

function textOf(lines) {
  const blocks = [...lines]
    .sort(([a], [b]) => byText(a, b))
    .map(([, { head, names }]) => {
      const byPrices = new Map();
      for (const [name, prices] of names) byPrices.set(prices, [...(byPrices.get(prices) ?? []), name]);
      return [
        head,
        ...[...byPrices].map(([prices, each]) => `${each.sort(byText).join('|')}\t${prices}`).sort(byText),
      ];
    });
  return blocks.flat().join('\n');
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
