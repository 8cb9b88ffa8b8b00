import { namesOf } from './model-names.mjs';
import { segmentsOf } from './price-lines.mjs';
import { tierSegments } from './tier-segments.mjs';

/**
 * The list as text: `#provider<TAB>fallbacks<TAB>fees`, then a line a model, `names<TAB>segments…`.
 * An overlay row replaces the names it lists.
 */
export function priceListText(providers, overlay) {
  const lines = [];
  for (const provider of [...providers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const fees = overlay.providers.find((row) => row.provider === provider.id);
    lines.push([`#${provider.id}`, (provider.fallback_model_providers ?? []).join(','), fees ? overlayItems(fees.prices) : ''].join('\t'));
    lines.push(...modelLines(provider, overlay));
  }
  return lines.join('\n');
}

function modelLines(provider, overlay) {
  const mine = (row) => row.provider === provider.id;
  const own = overlay.models.filter(mine);
  const taken = new Set([...own, ...overlay.excluded.filter(mine)].flatMap((row) => row.names));
  const lines = new Map();
  const add = (name, segments) => {
    const price = segments.join('\t');
    lines.set(price, [...(lines.get(price) ?? []), name]);
  };
  const seen = new Set();
  for (const model of provider.models) {
    const segments = segmentsOf(model.prices);
    for (const name of namesOf(model)) {
      if (seen.has(name) || taken.has(name)) continue;
      seen.add(name);
      add(name, [...segments.map(({ when, items }) => `${when} ${items}`.trim()), ...tiersOf(provider.id, name, segments, overlay)]);
    }
  }
  for (const row of own) {
    const segments = [{ when: '', items: overlayItems(row.prices) }];
    for (const name of row.names) add(name, [segments[0].items, ...tiersOf(provider.id, name, segments, overlay)]);
  }
  return [...lines].map(([price, names]) => `${names.sort().join('|')}\t${price}`).sort();
}

/** Service tiers are listed for OpenAI's own API only. */
function tiersOf(provider, name, segments, overlay) {
  if (provider !== 'openai') return [];
  return tierSegments(overlay.tiers.filter((row) => row.model === name.replace(/\*$/, '')), segments);
}

function overlayItems(prices) {
  return Object.entries(prices)
    .map(([item, price]) => `${item}=${price}`)
    .join(' ');
}
