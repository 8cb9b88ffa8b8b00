/**
 * What can be billed, by the short names of the generated list: words for people, and the number of units a price is
 * for. `generate/price-lines.mjs` writes the same short names.
 */
export const BILLING_ITEMS = {
  i: { item: 'input', per: 1_000_000 },
  c: { item: 'cached', per: 1_000_000 },
  w: { item: 'cache write', per: 1_000_000 },
  wh: { item: '1-hour cache write', per: 1_000_000 },
  ia: { item: 'audio input', per: 1_000_000 },
  ca: { item: 'cached audio', per: 1_000_000 },
  ii: { item: 'image input', per: 1_000_000 },
  ci: { item: 'cached image', per: 1_000_000 },
  iv: { item: 'video input', per: 1_000_000 },
  o: { item: 'output', per: 1_000_000 },
  or: { item: 'reasoning output', per: 1_000_000 },
  oa: { item: 'audio output', per: 1_000_000 },
  oi: { item: 'image output', per: 1_000_000 },
  ov: { item: 'video output', per: 1_000_000 },
  oc: { item: 'citation output', per: 1_000_000 },
  ch: { item: 'characters', per: 1_000_000 },
  h: { item: 'seconds of audio', per: 3_600 },
  mi: { item: 'seconds of audio', per: 60 },
  d: { item: 'pages', per: 1_000 },
  p: { item: 'pictures', per: 1 },
  r: { item: 'request', per: 1_000 },
  s: { item: 'web search', per: 1_000 },
  f: { item: 'file search', per: 1_000 },
  k: { item: 'code interpreter session', per: 1 },
} as const;

export type BillingItem = keyof typeof BILLING_ITEMS;

/** Fees for tools and requests: the same in every service tier. */
export const FEES: ReadonlySet<string> = new Set<BillingItem>(['r', 's', 'f', 'k']);
