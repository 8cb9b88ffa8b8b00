import { tierSegments } from './tier-segments.mjs';

/**
 * The list as text: `#provider<TAB>fallbacks<TAB>fees<TAB>tiers at the standard price`, then a line a model,
 * `names<TAB>segments…`. An overlay row replaces the names it lists. `source` is what `load-package.mjs` gives.
 */
export function priceListText(providers, overlay, source) {
  const lines = [];
  for (const provider of [...providers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const own = overlay.providers.find((row) => row.provider === provider.id);
    const fees = overlayItems(own?.prices ?? {});
    const fallbacks = (own?.fallbacks ?? provider.fallback_model_providers ?? []).join(',');
    lines.push([`#${provider.id}`, fallbacks, fees, (own?.standardTiers ?? []).join(',')].join('\t'));
    lines.push(...modelLines(provider, overlay, fees.split(' '), source));
  }
  return lines.join('\n');
}

function unknownUnit(unit) {
  throw new Error(
    `the price ${unit} of genai-prices is new: teach src/feed/genai-rows.ts and src/priced-unit.ts`,
  );
}

function modelLines(provider, overlay, fees, source) {
  const mine = (row) => row.provider === provider.id;
  const own = overlay.models.filter(mine);
  const taken = new Set([...own, ...overlay.excluded.filter(mine)].flatMap((row) => row.names));
  const lines = new Map();
  const add = (name, segments) => {
    const price = [...segments.map(segmentText), ...tiersOf(provider.id, name, segments, overlay)].join('\t');
    lines.set(price, [...(lines.get(price) ?? []), name]);
  };
  const seen = new Set();
  for (const model of provider.models) {
    const segments = (source.genaiSegments(model.prices, unknownUnit) ?? []).map((segment) => {
      const [, when = '', items = ''] = /^(@\S+)? ?(.*)$/.exec(segment) ?? [];
      return { when, items: withoutFees(items, fees) };
    });
    for (const name of source.namesOfRule(model)) {
      if (seen.has(name) || taken.has(name)) continue;
      seen.add(name);
      add(name, segments);
    }
  }
  for (const row of own) {
    const history = row.history ?? [{ prices: row.prices }];
    const segments = history.map((then) => ({ when: whenOf(then), items: overlayItems(then.prices) }));
    for (const name of row.names) add(name, segments);
  }
  addAliases(provider.id, lines, overlay.aliases.filter(mine));
  if (provider.id === 'openai') {
    for (const name of modelsWithTiersOnly(overlay, new Set([...lines.values()].flat()))) add(name, []);
  }
  return [...lines].map(([price, names]) => `${names.sort().join('|')}\t${price}`).sort();
}

/** A snapshot has the tiers of its base; a model that only has tiers is listed with those. */
function modelsWithTiersOnly(overlay, listed) {
  return [...new Set(overlay.tiers.map((row) => row.model))].filter(
    (name) => !listed.has(name) && !listed.has(name.replace(/-\d{4}-\d{2}-\d{2}$/, '')),
  );
}

/** `@2026-08-16T16:00Z@wd01:00-04:00`: the first moment, and optionally the part of the day, on weekdays (`wd`) or all days. */
function whenOf({ from, between, weekdays }) {
  const part = between === undefined ? '' : `@${weekdays ? 'wd' : ''}${between}`;
  return `${from === undefined ? '' : `@${from}`}${part}`;
}

/** Other names of a listed model that the vendor itself uses. */
function addAliases(provider, lines, aliases) {
  for (const { names, of } of aliases) {
    const listed = [...lines.values()].find((listedNames) => listedNames.includes(of));
    if (listed === undefined) throw new Error(`aliases.json: ${provider} has no model ${of}`);
    const known = names.find((name) => [...lines.values()].some((others) => others.includes(name)));
    if (known !== undefined) throw new Error(`aliases.json: ${provider} lists ${known} itself`);
    listed.push(...names);
  }
}

/** A fee that all models of a provider have is written once, for the provider. */
function withoutFees(items, fees) {
  return items
    .split(' ')
    .filter((item) => !fees.includes(item))
    .join(' ');
}

function segmentText({ when, items }) {
  return `${when} ${items}`.trim();
}

/** Service tiers are listed for OpenAI's own API only. `gpt-5-1` is another spelling of `gpt-5.1`. */
function tiersOf(provider, name, segments, overlay) {
  if (provider !== 'openai') return [];
  const spelled = name.replace(/\*$/, '').replaceAll('.', '-');
  return tierSegments(
    overlay.tiers.filter((row) => row.model.replaceAll('.', '-') === spelled),
    segments,
  );
}

function overlayItems(prices) {
  return Object.entries(prices)
    .map(([item, price]) => `${item}=${price}`)
    .join(' ');
}
