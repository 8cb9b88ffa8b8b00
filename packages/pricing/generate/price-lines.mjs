/** Short names of what is billed; `src/price-list.ts` has the same table. */
const ITEM_OF = {
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
/** The same price twice under another name. */
const REPEATED = new Set(['input_audio_hours']);

/** `i=2.5>272000:5 o=15>272000:22.5`: price, then the price above a bound on total input tokens. */
export function itemsOf(prices) {
  const items = [];
  for (const [key, price] of Object.entries(prices)) {
    if (REPEATED.has(key)) continue;
    const item = ITEM_OF[key];
    if (item === undefined)
      throw new Error(`price key ${key} is new: teach generate/price-lines.mjs and src/price-list.ts`);
    const tiers =
      typeof price === 'object'
        ? price.tiers.map((tier) => `>${boundOf(tier.start)}:${decimal(tier.price)}`)
        : [];
    items.push(`${item}=${decimal(typeof price === 'object' ? price.base : price)}${tiers.join('')}`);
  }
  return items.join(' ');
}

/** OpenAI re-prices above 272,000 and not from it on: the package is one token early. xAI's bound is inclusive. */
function boundOf(start) {
  return start === 271_999 ? 272_000 : start;
}

/** The shortest decimal of a price; 0.18000000000000002 is a slip of the source's own arithmetic. */
export function decimal(price) {
  const rounded = Number(price.toPrecision(12));
  const text = String(Math.abs(rounded - price) <= Number.EPSILON * price ? rounded : price);
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new Error(`price ${text} is not a plain decimal`);
  return text;
}

/**
 * Segments of one model, oldest first: `[@date][@from-until] items`. A time window that follows a dated price counts
 * from that date on (the package forgets the date).
 */
export function segmentsOf(prices) {
  if (!Array.isArray(prices)) return [{ when: '', items: itemsOf(prices) }];
  let since = '';
  return prices.map(({ constraint, prices: items }) => {
    if (constraint === undefined) return { when: '', items: itemsOf(items) };
    if (constraint.type === 'start_date') {
      since = `@${constraint.start_date}`;
      return { when: since, items: itemsOf(items) };
    }
    return {
      when: `${since}@${clock(constraint.start_time)}-${clock(constraint.end_time)}`,
      items: itemsOf(items),
    };
  });
}

function clock(time) {
  const match = /^(\d{2}:\d{2}):00Z$/.exec(time);
  if (match === null) throw new Error(`time ${time} is not a full minute of UTC`);
  return match[1];
}
