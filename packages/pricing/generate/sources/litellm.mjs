/**
 * Reads LiteLLM's list of prices (`model_prices_and_context_window_backup.json` of the PyPI package) into rows of our
 * own: `{ provider, name, prices, source }`, where `prices` is a text such as `i=2 o=8\t!flex*0.5`.
 */

/** LiteLLM's provider -> provider of our list, where they have different names. */
const PROVIDERS = {
  'text-completion-openai': 'openai',
  azure_ai: 'azure',
  azure_text: 'azure',
  gemini: 'google',
  bedrock: 'aws',
  bedrock_converse: 'aws',
  bedrock_mantle: 'aws',
  codestral: 'mistral',
  'text-completion-codestral': 'mistral',
  xai: 'x-ai',
  cohere_chat: 'cohere',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  'fireworks_ai-embedding-models': 'fireworks',
  moonshot: 'moonshotai',
  voyage: 'voyageai',
  bigmodel: 'zhipuai',
  github_copilot: 'github-copilot',
  vercel_ai_gateway: 'vercel',
  nvidia_nim: 'nvidia',
  jina_ai: 'jina',
};
/** Where two of LiteLLM's providers are one of ours, the price of the one that stands first counts. */
const FIRST = [
  'openai',
  'azure',
  'gemini',
  'bedrock_mantle',
  'bedrock_converse',
  'bedrock',
  'mistral',
  'vertex_ai',
];
/** Software that runs models on the user's own machine, subscriptions, and what only makes pictures and video. */
const NO_PROVIDERS = new Set(
  (
    'ollama lemonade sagemaker anyscale nlp_cloud chatgpt palm ' +
    'fal_ai runwayml stability recraft black_forest_labs aws_polly'
  ).split(' '),
);

/** LiteLLM's field -> code of the unit and the number of units that our price is for. */
const FIELDS = {
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
const FIELD =
  /^(.+?_(?:per_(?:audio_|image_|video_|reasoning_)?token|token_cost(?:_above_12?hr)?))(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority|ultrafast))?$/;
const TIERS = { batches: 'batch', flex: 'flex', priority: 'priority', ultrafast: 'ultrafast' };

/** Rows in the order of provider and name; each name once. */
export function litellmRows(list) {
  const rows = new Map();
  const add = (key, entry, source) => {
    if (entry.litellm_provider === undefined || NO_PROVIDERS.has(entry.litellm_provider)) return;
    const provider = providerOf(entry.litellm_provider);
    const name = nameOf(key, entry.litellm_provider);
    const prices = name === undefined ? undefined : pricesOf(entry, provider);
    const id = `${provider}\t${name}`;
    if (prices !== undefined && !rows.has(id)) rows.set(id, { provider, name, prices, source });
  };
  const entries = Object.entries(list).filter(([key]) => key !== 'sample_spec');
  entries.sort(([, a], [, b]) => rank(a) - rank(b));
  for (const [key, entry] of entries) add(key, entry, sourceOf(entry));
  for (const [key, { alias_of: of }] of entries) {
    const entry = list[of];
    // Bedrock has no names such as `claude-opus-latest`: LiteLLM resolves them before the call.
    if (entry === undefined || key.startsWith('bedrock')) continue;
    add(key, { ...entry, litellm_provider: providerOfKey(key, entry) }, sourceOf(entry));
  }
  return [...rows.values()].sort((a, b) => byText(a.provider, b.provider) || byText(a.name, b.name));
}

function rank({ litellm_provider: provider }) {
  const at = FIRST.indexOf(provider);
  return at < 0 ? FIRST.length : at;
}

function providerOfKey(key, entry) {
  return key.includes('/') ? key.slice(0, key.indexOf('/')) : entry.litellm_provider;
}

function providerOf(provider) {
  if (provider.startsWith('vertex_ai')) return 'google';
  return PROVIDERS[provider] ?? provider;
}

/** The name that a call has, in lower case; `undefined` for names that hold a size or a region instead. */
function nameOf(key, provider) {
  const prefixes = [`${provider}/`, `${provider.split('-')[0]}/`, `${PROVIDERS[provider] ?? provider}/`];
  if (provider.startsWith('bedrock')) prefixes.push('bedrock/', 'bedrock_mantle/');
  if (provider.startsWith('azure')) prefixes.push('azure/', 'azure_ai/');
  if (provider === 'voyage') prefixes.push('voyage/');
  const prefix = prefixes.find((each) => key.startsWith(each));
  const name = (prefix === undefined ? key : key.slice(prefix.length)).toLowerCase();
  if (/[\s|#\t]/.test(name) || /\d-x-\d|commitment|^claude_platform\//.test(name)) return undefined;
  // `bedrock/us-east-1/…` is the price in one region, which no call names.
  if (provider.startsWith('bedrock') && /^[a-z]{2}(?:-[a-z]+)+-\d\//.test(name)) return undefined;
  // `together-ai-21.1b-41b` is a class of sizes.
  if (/^(?:together-ai|fireworks-ai)-/.test(name)) return undefined;
  return name;
}

/** Host of the page that LiteLLM names as its source. */
function sourceOf({ source }) {
  return typeof source === 'string' && URL.canParse(source) ? new URL(source).hostname : '';
}

function pricesOf(entry, provider) {
  if (entry.off_peak_pricing !== undefined) return undefined;
  const tiers = tokenPrices(entry, provider);
  const standard = tiers.get('standard') ?? new Map();
  if (entry.tiered_pricing !== undefined) addRanges(standard, entry.tiered_pricing);
  addMedia(standard, entry);
  const text = itemsText(standard);
  // A price of zero is LiteLLM's way to say "not known" as well as "free".
  if (text === '' || ![...standard.values()].some((price) => price.base > 0)) return undefined;
  // Google gives thousands of searches a month for free, so a call's own are never known.
  if (provider !== 'google') addSearch(standard, entry);
  const segments = [itemsText(standard)];
  for (const [tier, items] of [...tiers].sort(([a], [b]) => byText(a, b))) {
    const segment = tier === 'standard' ? undefined : tierText(tier, items, standard);
    if (segment !== undefined) segments.push(segment);
  }
  const fast = entry.provider_specific_entry?.fast;
  if (typeof fast === 'number' && fast > 0) segments.push(`!fast*${decimal(fast)}`);
  return segments.join('\t');
}

/** Tier -> code -> `{ base, steps }`. */
function tokenPrices(entry, provider) {
  const tiers = new Map();
  for (const [field, price] of Object.entries(entry)) {
    const match = FIELD.exec(field);
    const [code, per] = FIELDS[match?.[1]] ?? [];
    if (code === undefined || typeof price !== 'number' || !(price >= 0)) continue;
    const tier = TIERS[match[3]] ?? 'standard';
    const items = tiers.get(tier) ?? new Map();
    tiers.set(tier, items);
    const item = items.get(code) ?? { base: undefined, steps: [] };
    items.set(code, item);
    if (match[2] === undefined) item.base = price * per;
    else item.steps.push([boundOf(Number(match[2]) * 1_000, provider), price * per]);
  }
  for (const items of tiers.values()) {
    for (const [code, item] of items) {
      item.steps.sort(([a], [b]) => a - b);
      if (item.base === undefined) items.delete(code);
    }
    // Reasoning costs what output costs unless the list says otherwise.
    if (isSame(items.get('or'), items.get('o'))) items.delete('or');
    if (items.get('ii') !== undefined && isSame(items.get('ii'), items.get('i'))) items.delete('ii');
    // A model that only reads has no output to bill.
    if (items.get('o')?.base === 0 && !(items.get('i')?.base === 0)) items.delete('o');
    for (const code of ['c', 'w', 'wh', 'wl', 'ca', 'wa', 'ci', 'oi', 'ii', 'ia', 'oa', 'or'])
      if (items.get(code)?.base === 0) items.delete(code);
  }
  return tiers;
}

/** xAI's bound is inclusive. */
function boundOf(start, provider) {
  return provider === 'x-ai' ? start - 1 : start;
}

function addRanges(standard, ranges) {
  for (const { range, ...prices } of ranges) {
    for (const [field, price] of Object.entries(prices)) {
      const [code, per] = FIELDS[field] ?? [];
      if (code === undefined || typeof price !== 'number') continue;
      const item = standard.get(code) ?? { base: undefined, steps: [] };
      if (range[0] === 0) item.base ??= price * per;
      else if (price * per !== (item.steps.at(-1)?.[1] ?? item.base))
        item.steps.push([range[0], price * per]);
      if (item.base !== undefined) standard.set(code, item);
    }
  }
}

/** What is billed by the second, character, page or piece, where the model is not billed by the token. */
function addMedia(standard, entry) {
  const set = (code, price, per) => {
    if (typeof price === 'number' && price > 0) standard.set(code, { base: price * per, steps: [] });
  };
  const hasTokens = [...standard.values()].some(({ base }) => base > 0);
  if (hasTokens) return;
  standard.clear();
  if (entry.mode === 'audio_transcription')
    set('h', entry.input_cost_per_second || entry.output_cost_per_second, 3_600);
  else if (entry.mode === 'audio_speech') set('ch', entry.input_cost_per_character, 1e6);
  else if (entry.mode === 'ocr') set('d', entry.ocr_cost_per_page, 1_000);
  else if (entry.mode === 'image_generation')
    set('p', entry.output_cost_per_image ?? entry.input_cost_per_image, 1);
  else if (entry.mode === 'video_generation') {
    // Where the price depends on the resolution, no count of seconds is enough.
    if (!Object.keys(entry).some((field) => /_per_second_\d/.test(field)))
      set('vs', entry.output_cost_per_video_per_second ?? entry.output_cost_per_second, 1);
  }
}

/** A search has a price where it is the same for every size of context. */
function addSearch(standard, { search_context_cost_per_query: search }) {
  const prices = new Set(Object.values(search ?? {}));
  const [price] = prices;
  if (prices.size === 1 && price > 0) standard.set('s', { base: price * 1_000, steps: [] });
}

/** A tier that is the same part of every standard price is written as that factor; half for batch goes without saying. */
function tierText(tier, items, standard) {
  const factor = factorOf(items, standard);
  if (tier === 'batch' && (factor === 0.5 || isHalf(items, standard))) return undefined;
  if (factor !== undefined && isComplete(items, standard)) return `!${tier}*${decimal(factor)}`;
  if (!items.has('i') && !items.has('o')) return undefined;
  const all = new Map(items);
  for (const [code, item] of standard) {
    if (all.has(code) || code === 'or' || code === 'oc') continue;
    all.set(code, code === 's' ? item : undefined);
  }
  return `!${tier} ${itemsText(all)}`;
}

/** LiteLLM rounds the halves of small prices. */
function isHalf(items, standard) {
  return [...items].every(([code, { base }]) => {
    const full = standard.get(code)?.base;
    return full === undefined || Math.abs(base / full - 0.5) < 0.01;
  });
}

function factorOf(items, standard) {
  let factor;
  for (const [code, { base, steps }] of items) {
    const full = standard.get(code);
    if (full === undefined || full.base === 0 || steps.length !== full.steps.length) return undefined;
    for (const [price, of] of [
      [base, full.base],
      ...steps.map(([, step], at) => [step, full.steps[at][1]]),
    ]) {
      const ratio = Number((price / of).toPrecision(6));
      factor ??= ratio;
      if (ratio !== factor) return undefined;
    }
  }
  return factor;
}

/** Whether the tier prices everything that a call of it could use. */
function isComplete(items, standard) {
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

function itemsText(items) {
  const place = (code) => (ORDER.includes(code) ? ORDER.indexOf(code) : ORDER.length);
  return [...items]
    .sort(([a], [b]) => place(a) - place(b) || byText(a, b))
    .map(([code, item]) => {
      if (item === undefined) return `${code}=x`;
      const steps = item.steps.filter(([, price], at) => price !== (item.steps[at - 1]?.[1] ?? item.base));
      return `${code}=${decimal(item.base)}${steps.map(([above, price]) => `>${above}:${decimal(price)}`).join('')}`;
    })
    .join(' ');
}

function isSame(a, b) {
  return (
    a !== undefined && b !== undefined && itemsText(new Map([['i', a]])) === itemsText(new Map([['i', b]]))
  );
}

function decimal(price) {
  const text = String(Number(price.toPrecision(10)));
  if (/^\d+(?:\.\d+)?$/.test(text)) return text;
  return Number(price.toPrecision(10))
    .toFixed(15)
    .replace(/\.?0+$/, '');
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
