import { compress } from './compress.mjs';

/** The digits of `src/list/price-list.ts`. */
const DIGITS = "%&'()*+,-./0123456789:;<=>?@[]^_abcdefghijklmnopqrstuvwxyz{|}";
/** Replaces a number that equals the one in the line above. */
const SAME = '~';
/** Minimum number of characters of a group of blocks. */
const GROUP_LENGTH = 8_000;

/**
 * Packs the readable list (`price-list.txt`) into the text that `src/list/price-list.ts` reads: every set of prices once,
 * names without the prefix that they share with the one before, numbers without defaults; then each part compressed.
 */
export function encodeList(readable) {
  const numbers = new Map();
  const lines = [];
  for (const line of readable.split('\n')) {
    if (line.startsWith('#')) {
      lines.push({ provider: line, names: new Map() });
      continue;
    }
    const [names, ...segments] = line.split('\t');
    const prices = segments.map(packed).join('\t');
    if (!numbers.has(prices)) numbers.set(prices, 0);
    for (const name of names.split('|')) lines.at(-1).names.set(name, prices);
  }
  const prices = [...numbers.keys()].sort(byText);
  for (const [number, text] of prices.entries()) numbers.set(text, number);
  if (prices.length > DIGITS.length ** 2) throw new Error(`${prices.length} sets of prices: add a digit`);
  const blocks = lines.map(({ provider, names }) => ({
    id: provider.slice(1).split('\t')[0],
    text: [provider, ...nameLines(names, numbers)].join('\n'),
  }));
  const groups = grouped(blocks).map(
    (group) =>
      `!${group.map(({ id }) => id).join(',')}\n${compress(group.map(({ text }) => text).join('\n'))}`,
  );
  return [compress(withoutSharedStarts(prices, '').join('\n')), ...groups].join('\n');
}

/**
 * Combines blocks into groups that are compressed separately, because a process only reads the few providers that it
 * calls. Larger groups make the list shorter.
 */
function grouped(blocks) {
  const groups = [];
  let length = Infinity;
  for (const block of blocks) {
    if (length > GROUP_LENGTH) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1).push(block);
    length += block.text.length;
  }
  return groups;
}

function nameLines(names, numbers) {
  for (const [name, prices] of names) {
    if (!name.endsWith('*')) continue;
    const closed = name.slice(0, -1);
    if (!names.has(closed)) {
      throw new Error(
        `${name} stands for every name that begins with ${closed}, so ${closed} needs prices too: list it beside ${name}.`,
      );
    }
    if (names.get(closed) === prices) names.delete(closed);
  }
  const sorted = [...names.keys()].sort(byText);
  let above;
  return withoutSharedStarts(sorted, (name) => {
    const number = numbers.get(names.get(name));
    if (number === above) return SAME;
    above = number;
    return `${DIGITS[Math.floor(number / DIGITS.length)]}${DIGITS[number % DIGITS.length]}`;
  });
}

/**
 * Writes each text as a digit for the length shared with the previous one, the result of `between`, and the remainder.
 */
function withoutSharedStarts(texts, between) {
  let last = '';
  return texts.map((text) => {
    const shared = sharedLength(last, text);
    last = text;
    return `${DIGITS[shared]}${between === '' ? '' : between(text)}${text.slice(shared)}`;
  });
}

function sharedLength(last, name) {
  let length = 0;
  while (length < DIGITS.length - 1 && length < last.length && last[length] === name[length]) length += 1;
  return length;
}

/** `@2026-08-21 i=0.25>272000:5 c=x` is `@2026-08-21 i.25>272k:5c=x`. */
function packed(segment) {
  const [, head = '', items = ''] = /^((?:!\S+|@\S+)?) ?(.*)$/.exec(segment) ?? [];
  const packedItems = items
    .split(' ')
    .map((item) =>
      item
        .replace(/^([a-z]+)=(?!x)/, '$1')
        .replace(/000:/g, 'k:')
        .replace(/(^[a-z]+|[=:])0\./g, '$1.'),
    )
    .join('');
  return `${head}${head === '' || packedItems === '' ? '' : ' '}${packedItems}`;
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
