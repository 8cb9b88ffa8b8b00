const ITEM_OF = { input: 'i', cached: 'c', cache_write: 'w', output: 'o' };

/**
 * Segments of the service tiers, `!flex i=… o=…`; `x` above a long-context bound says that the tier has no price there.
 * A batch row that is half of a standard price of the model is left out: the reader halves the price of the day.
 */
export function tierSegments(rows, standard) {
  const segments = [];
  for (const tier of ['batch', 'flex', 'priority']) {
    const ofTier = rows.filter((row) => row.tier === tier);
    const froms = [...new Set(ofTier.map((row) => row.from ?? ''))].sort();
    for (const from of froms) {
      const at = ofTier.filter((row) => (row.from ?? '') === from);
      const short = at.find((row) => row.context === 'short');
      const long = at.find((row) => row.context === 'long');
      if (short === undefined || (tier === 'batch' && isHalf(short, standard))) continue;
      segments.push(`!${tier}${from === '' ? '' : `@${from}`} ${items(short, long, boundOf(standard))}`);
    }
  }
  return segments;
}

function items(short, long, bound) {
  return Object.entries(ITEM_OF)
    .filter(([field]) => short[field] !== undefined)
    .map(([field, item]) => `${item}=${short[field]}${bound === undefined ? '' : `>${bound}:${long?.[field] ?? 'x'}`}`)
    .join(' ');
}

function boundOf(standard) {
  return /i=[\d.]+>(\d+):/.exec(standard.at(-1)?.items ?? '')?.[1];
}

function isHalf(row, standard) {
  return standard.some(({ items }) =>
    Object.entries(ITEM_OF).every(([field, item]) => {
      if (row[field] === undefined) return true;
      const full = new RegExp(`(?:^| )${item}=([\\d.]+)`).exec(items)?.[1];
      return full !== undefined && Math.abs(Number(full) / 2 - Number(row[field])) < 1e-12;
    }),
  );
}
