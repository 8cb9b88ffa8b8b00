const ITEM_OF = { input: 'i', cached: 'c', cache_write: 'w', output: 'o' };

/**
 * Segments of the service tiers, `!flex i=… o=…`. `x` says that the tier has no price where standard has one: for an
 * item, or above a long-context bound. A batch row that is half of a standard price of the model is left out: the
 * reader halves the price of the day.
 */
export function tierSegments(rows, standard) {
  const segments = [];
  for (const tier of ['batch', 'flex', 'priority']) {
    const ofTier = rows.filter((row) => row.tier === tier);
    const dates = [...new Set(ofTier.map((row) => row.from ?? ''))].sort(byText);
    for (const date of dates) {
      const from = dates.length === 1 && date === '' ? latestDate(standard) : date;
      const { short, long } = pricesOf(ofTier.filter((row) => (row.from ?? '') === date));
      if (tier === 'batch' && standard.some(({ items }) => isHalf(short, items))) continue;
      const items = itemsOf(short, long, standardAt(standard, from));
      segments.push(`!${tier}${from === '' ? '' : `@${from}`} ${items}`);
    }
  }
  return segments;
}

/** The rows of a tier and a date by the length of the input. */
function pricesOf(rows) {
  const short = rows.find((row) => row.context === 'short');
  const long = rows.find((row) => row.context === 'long');
  if (short === undefined)
    throw new Error(`${rows[0].model} ${rows[0].tier} has a long price and no short one`);
  return { short, long };
}

function itemsOf(short, long, standard) {
  const bound = /i=[\d.]+>(\d+):/.exec(standard)?.[1];
  const items = [];
  for (const [field, item] of Object.entries(ITEM_OF)) {
    const above = bound === undefined ? '' : `>${bound}:${long?.[field] ?? 'x'}`;
    if (short[field] !== undefined) items.push(`${item}=${short[field]}${above}`);
    else if (priceIn(standard, item) !== undefined) items.push(`${item}=x`);
  }
  return items.join(' ');
}

/** A tier without a date applies since the last change of the standard price. Its earlier price is unknown. */
function latestDate(standard) {
  return /^@(\d{4}-\d\d-\d\d)$/.exec(standard.at(-1)?.when ?? '')?.[1] ?? '';
}

/** The standard prices on a day (`@YYYY-MM-DD` sorts as text). */
function standardAt(standard, from) {
  return (standard.findLast(({ when }) => when <= `@${from}`) ?? standard[0])?.items ?? '';
}

function isHalf(row, standard) {
  return Object.entries(ITEM_OF).every(([field, item]) => {
    if (row[field] === undefined) return true;
    const full = priceIn(standard, item);
    return full !== undefined && Math.abs(full / 2 - Number(row[field])) < 1e-12;
  });
}

function priceIn(items, item) {
  const price = new RegExp(`(?:^| )${item}=([\\d.]+)`).exec(items)?.[1];
  return price === undefined ? undefined : Number(price);
}

function byText(a, b) {
  return a < b ? -1 : 1;
}
