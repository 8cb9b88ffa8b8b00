import { type Entry, decimal, isEntry } from './feed-reader.ts';

/** The price of one unit, and its prices above certain input lengths. */
interface Item {
  base: number | undefined;
  readonly steps: [above: number, price: number][];
}

/** Code of a unit -> its price. */
type Items = Map<string, Item>;

/** LiteLLM's field -> code of the unit and the number of units to which our price refers. */
export const FIELDS: Readonly<Record<string, readonly [code: string, per: number]>> = {
  input_cost_per_token: ['i', 1e6],
  cache_read_input_token_cost: ['c', 1e6],
  cache_creation_input_token_cost: ['w', 1e6],
  cache_creation_input_token_cost_above_1hr: ['wh', 1e6],
  cache_creation_input_token_cost_above_12hr: ['wl', 1e6],
  input_cost_per_audio_token: ['ia', 1e6],
  cache_read_input_audio_token_cost: ['ca', 1e6],
  cache_creation_input_audio_token_cost: ['wa', 1e6],
  input_cost_per_image_token: ['ii', 1e6],
  cache_read_input_image_token_cost: ['ci', 1e6],
  input_cost_per_video_token: ['iv', 1e6],
  output_cost_per_token: ['o', 1e6],
  output_cost_per_reasoning_token: ['or', 1e6],
  output_cost_per_audio_token: ['oa', 1e6],
  output_cost_per_image_token: ['oi', 1e6],
  output_cost_per_video_token: ['ov', 1e6],
  citation_cost_per_token: ['oc', 1e6],
};
export const FIELD: RegExp =
  /^(.+?_(?:per_(?:audio_|image_|video_|reasoning_)?token|token_cost(?:_above_12?hr)?))(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority|ultrafast))?$/;
const TIERS: Readonly<Record<string, string>> = {
  batches: 'batch',
  flex: 'flex',
  priority: 'priority',
  ultrafast: 'ultrafast',
};

/** The prices of an entry in the format of the list: `i=2 o=8`, with tiers after tabs; `undefined` if it has none. */
export function pricesOf(entry: Entry, provider: string): string | undefined {
  if (entry['off_peak_pricing'] !== undefined) return undefined;
  const tiers = tokenPrices(entry, provider);
  const standard = tiers.get('standard') ?? new Map<string, Item>();
  if (Array.isArray(entry['tiered_pricing'])) addRanges(standard, entry['tiered_pricing']);
  addMedia(standard, entry);
  const text = itemsText(standard);
  // In LiteLLM's list, a price of zero means "unknown" or "free".
  if (text === '' || ![...standard.values()].some((price) => (price.base ?? 0) > 0)) return undefined;
  // Google includes thousands of free searches per month, so the cost of one call's searches is unknown.
  if (provider !== 'google') addSearch(standard, entry);
  const segments = [itemsText(standard)];
  for (const [tier, items] of [...tiers].sort(([a], [b]) => byText(a, b))) {
    const segment = tier === 'standard' ? undefined : tierText(tier, items, standard);
    if (segment !== undefined) segments.push(segment);
  }
  const specific = entry['provider_specific_entry'];
  const fast = isEntry(specific) ? specific['fast'] : undefined;
  if (typeof fast === 'number' && fast > 0) segments.push(`!fast*${decimal(fast)}`);
  return segments.join('\t');
}

/** Tier -> code -> `{ base, steps }`. */
function tokenPrices(entry: Entry, provider: string): Map<string, Items> {
  const tiers = new Map<string, Items>();
  for (const [field, price] of Object.entries(entry)) {
    const match = FIELD.exec(field);
    const [code, per = 1] = FIELDS[match?.[1] ?? ''] ?? [];
    if (code === undefined || typeof price !== 'number' || !(price >= 0)) continue;
    const tier = TIERS[match?.[3] ?? ''] ?? 'standard';
    const items = tiers.get(tier) ?? new Map<string, Item>();
    tiers.set(tier, items);
    const item: Item = items.get(code) ?? { base: undefined, steps: [] };
    items.set(code, item);
    if (match?.[2] === undefined) item.base = price * per;
    else item.steps.push([boundOf(Number(match[2]) * 1_000, provider), price * per]);
  }
  for (const items of tiers.values()) dropUnbilled(items);
  return tiers;
}

/** Sorts the steps of prices and drops items that are not billed separately. */
function dropUnbilled(items: Items): void {
  for (const [code, item] of items) {
    item.steps.sort(([a], [b]) => a - b);
    if (item.base === undefined) items.delete(code);
  }
  // Reasoning without its own price costs as much as output.
  if (isSame(items.get('or'), items.get('o'))) items.delete('or');
  if (items.get('ii') !== undefined && isSame(items.get('ii'), items.get('i'))) items.delete('ii');
  // A model without output, such as one for embeddings.
  if (items.get('o')?.base === 0 && !(items.get('i')?.base === 0)) items.delete('o');
  for (const code of ['c', 'w', 'wh', 'wl', 'ca', 'wa', 'ci', 'oi', 'ii', 'ia', 'oa', 'or'])
    if (items.get(code)?.base === 0) items.delete(code);
}

/** xAI's bound is inclusive. */
function boundOf(start: number, provider: string): number {
  return provider === 'x-ai' ? start - 1 : start;
}

function addRanges(standard: Items, ranges: readonly unknown[]): void {
  for (const each of ranges) {
    if (!isEntry(each) || !Array.isArray(each['range'])) continue;
    const [start] = each['range'] as readonly unknown[];
    for (const [field, price] of Object.entries(each)) {
      const [code, per = 1] = FIELDS[field] ?? [];
      if (code === undefined || typeof price !== 'number') continue;
      const item: Item = standard.get(code) ?? { base: undefined, steps: [] };
      if (start === 0) item.base ??= price * per;
      else if (price * per !== (item.steps.at(-1)?.[1] ?? item.base))
        item.steps.push([Number(start), price * per]);
      if (item.base !== undefined) standard.set(code, item);
    }
  }
}

/** Adds prices per second, character, page or piece of models that are not billed by token. */
function addMedia(standard: Items, entry: Entry): void {
  const { mode } = entry;
  const set = (code: string, price: unknown, per: number): void => {
    if (typeof price === 'number' && price > 0) standard.set(code, { base: price * per, steps: [] });
  };
  const hasTokens = [...standard.values()].some(({ base }) => (base ?? 0) > 0);
  if (hasTokens) return;
  standard.clear();
  if (mode === 'audio_transcription')
    set('h', perHour(entry['input_cost_per_second'] || entry['output_cost_per_second']), 1);
  else if (mode === 'audio_speech') set('ch', entry['input_cost_per_character'], 1e6);
  else if (mode === 'ocr') set('d', entry['ocr_cost_per_page'], 1_000);
  else if (mode === 'image_generation')
    set('p', entry['output_cost_per_image'] ?? entry['input_cost_per_image'], 1);
  else if (mode === 'video_generation') {
    // If the price depends on the resolution, seconds alone do not determine the cost.
    if (!Object.keys(entry).some((field) => /_per_second_\d/.test(field)))
      set('vs', entry['output_cost_per_video_per_second'] ?? entry['output_cost_per_second'], 1);
  }
}

/**
 * Converts a price per second to a price per hour. LiteLLM rounds prices per second: $1.02 per hour is 0.000283333333.
 */
function perHour(price: unknown): number {
  return Number((Number(price) * 3_600).toPrecision(6));
}

/** Adds the price of a search if it is the same for every context size. */
function addSearch(standard: Items, { search_context_cost_per_query: search }: Entry): void {
  const prices = new Set(isEntry(search) ? Object.values(search) : []);
  const [price] = prices;
  if (prices.size === 1 && typeof price === 'number' && price > 0)
    standard.set('s', { base: price * 1_000, steps: [] });
}

/**
 * The text of a tier. If all its prices are the standard prices times one factor, only the factor is written. Half
 * price for batch is the default and left out.
 */
function tierText(tier: string, items: Items, standard: Items): string | undefined {
  const factor = factorOf(items, standard);
  if (tier === 'batch' && (factor === 0.5 || isHalf(items, standard))) return undefined;
  if (factor !== undefined && isComplete(items, standard)) return `!${tier}*${decimal(factor)}`;
  if (!items.has('i') && !items.has('o')) return undefined;
  const all = new Map<string, Item | undefined>(items);
  for (const [code, item] of standard) {
    if (all.has(code) || code === 'or' || code === 'oc') continue;
    all.set(code, code === 's' ? item : undefined);
  }
  return `!${tier} ${itemsText(all)}`;
}

/** Whether a tier costs half of standard, although LiteLLM rounds halves of small prices. */
function isHalf(items: Items, standard: Items): boolean {
  return [...items].every(([code, { base }]) => {
    const full = standard.get(code)?.base;
    return full === undefined || Math.abs((base ?? 0) / full - 0.5) < 0.01;
  });
}

function factorOf(items: Items, standard: Items): number | undefined {
  let factor: number | undefined;
  for (const [code, { base, steps }] of items) {
    const full = standard.get(code);
    if (full === undefined || full.base === 0 || steps.length !== full.steps.length) return undefined;
    const pairs = [[base, full.base], ...steps.map(([, step], at) => [step, full.steps[at]?.[1]])] as const;
    for (const [price = 0, of = 0] of pairs) {
      const ratio = Number((price / of).toPrecision(6));
      factor ??= ratio;
      if (ratio !== factor) return undefined;
    }
  }
  return factor;
}

/** Whether the tier has a price for every unit that a call could use. */
function isComplete(items: Items, standard: Items): boolean {
  return [...standard.keys()].every(
    (code) => items.has(code) || code === 'or' || code === 's' || code === 'oc',
  );
}

const ORDER = [
  'i',
  'c',
  'w',
  'wh',
  'wl',
  'ia',
  'ca',
  'wa',
  'ii',
  'ci',
  'iv',
  'o',
  'or',
  'oa',
  'oi',
  'ov',
  'oc',
];

function itemsText(items: ReadonlyMap<string, Item | undefined>): string {
  const place = (code: string): number => (ORDER.includes(code) ? ORDER.indexOf(code) : ORDER.length);
  return [...items]
    .sort(([a], [b]) => place(a) - place(b) || byText(a, b))
    .map(([code, item]) => {
      if (item === undefined) return `${code}=x`;
      const steps = item.steps.filter(([, price], at) => price !== (item.steps[at - 1]?.[1] ?? item.base));
      return `${code}=${decimal(item.base ?? 0)}${steps.map(([above, price]) => `>${above}:${decimal(price)}`).join('')}`;
    })
    .join(' ');
}

function isSame(a: Item | undefined, b: Item | undefined): boolean {
  return (
    a !== undefined && b !== undefined && itemsText(new Map([['i', a]])) === itemsText(new Map([['i', b]]))
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
