import type { RateCard } from '../billing/rate-card.ts';
import { PRICE_LIST } from '../generated/price-list.ts';
import { expandText } from './expand-text.ts';
import { ListedModel } from './listed-model.ts';

/** The prices of one provider. */
export interface ProviderList {
  readonly id: string;
  /** Lists to search if this one does not have the model. (Azure sells OpenAI's models at OpenAI's prices.) */
  readonly fallbacks: readonly string[];
  /** Fees for tools, the same for every model. */
  readonly fees: RateCard | undefined;
  /** Tiers that cost the same as standard. */
  readonly standardTiers: readonly string[];
  /** Finds a model by its exact name in the list, in lower case. A name that ends in `*` allows snapshot suffixes. */
  model(name: string): ListedModel | undefined;
}

/**
 * The text of the list consists of parts, each compressed separately (`expandText`). The first part has a line for
 * every set of prices, sorted. Every other part begins with `!` and an uncompressed line with the ids of its providers,
 * followed by a block for each of them: a line `#provider<TAB>fallbacks<TAB>fees<TAB>tiers at the standard price`, and
 * a line per model that refers to its prices by number. `generate/encode-list.mjs` writes it; `price-list.txt` is the
 * same list for people.
 */
interface ListText {
  readonly prices: readonly string[];
  /** The compressed part with a provider's block, by provider. */
  readonly parts: ReadonlyMap<string, string>;
  /** Expanded blocks, by provider. */
  readonly blocks: Map<string, string>;
}

let listText: ListText | undefined;
const lists = new Map<string, ProviderList>();

/** The list of a provider, by its id in the price list. Nothing is parsed before the first call. */
export function providerList(id: string): ProviderList | undefined {
  const known = lists.get(id);
  if (known !== undefined) return known;
  listText ??= readText();
  const block = blockOf(listText, id);
  if (block === undefined) return undefined;
  const list = readList(id, block, listText.prices);
  lists.set(id, list);
  return list;
}

/** Every model of the list with its provider; names are in lower case. */
export function listedNames(): readonly { readonly provider: string; readonly name: string }[] {
  const text = (listText ??= readText());
  return Array.from(text.parts.keys(), (provider) =>
    Array.from(readModels((blockOf(text, provider) ?? '').split('\n')).keys(), (name) => ({
      provider,
      name,
    })),
  ).flat();
}

function readText(): ListText {
  const [prices = '', ...groups] = PRICE_LIST.split('\n!');
  const parts = groups.flatMap((group) => {
    const end = group.indexOf('\n');
    const packed = group.slice(end + 1);
    return group
      .slice(0, end)
      .split(',')
      .map((id) => [id, packed] as const);
  });
  return { prices: readPrices(expandText(prices)), parts: new Map(parts), blocks: new Map() };
}

function blockOf({ parts, blocks }: ListText, id: string): string | undefined {
  const packed = parts.get(id);
  if (packed !== undefined && !blocks.has(id)) {
    for (const block of expandText(packed).slice(1).split('\n#')) {
      blocks.set(block.slice(0, block.indexOf('\t')), block);
    }
  }
  return blocks.get(id);
}

/**
 * Reads the sets of prices. Each line is a digit, the length of the prefix that it shares with the previous line, and
 * the rest.
 */
function readPrices(text: string): readonly string[] {
  let prices = '';
  return text.split('\n').map((line) => {
    prices = prices.slice(0, digit(line, 0)) + line.slice(1);
    return prices;
  });
}

function readList(id: string, block: string, prices: readonly string[]): ProviderList {
  const lines = block.split('\n');
  const [, fallbacks = '', fees = '', tiers = ''] = (lines[0] ?? '').split('\t');
  const models = readModels(lines);
  const listed = new Map<number, ListedModel>();
  return {
    id,
    fallbacks: fallbacks === '' ? [] : fallbacks.split(','),
    fees: fees === '' ? undefined : new ListedModel([fees]).card('standard', 0, 0, ''),
    standardTiers: tiers === '' ? [] : tiers.split(','),
    model(name) {
      const number = models.get(name);
      if (number === undefined) return undefined;
      let model = listed.get(number);
      if (model === undefined) {
        model = new ListedModel((prices[number] ?? '').split('\t'));
        listed.set(number, model);
      }
      return model;
    },
  };
}

/** Digits of the numbers: printable characters that need no escape and do not start a block. */
const DIGITS = "%&'()*+,-./0123456789:;<=>?@[]^_abcdefghijklmnopqrstuvwxyz{|}";
/** Written instead of a number that equals that of the previous line. */
const SAME = '~';

/**
 * Reads names and the numbers of their prices. A line is one digit for the length of the prefix that the name shares
 * with the previous one, two digits for the number (or `SAME`), and the rest of the name. `name*` also defines `name`,
 * unless that has its own line.
 */
function readModels(lines: readonly string[]): Map<string, number> {
  const models = new Map<string, number>();
  let name = '';
  let number = 0;
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const isSame = line.charAt(1) === SAME;
    name = name.slice(0, digit(line, 0)) + line.slice(isSame ? 2 : 3);
    if (!isSame) number = digit(line, 1) * DIGITS.length + digit(line, 2);
    models.set(name, number);
    if (!name.endsWith('*')) continue;
    const closed = name.slice(0, -1);
    if (!models.has(closed)) models.set(closed, number);
  }
  return models;
}

function digit(line: string, at: number): number {
  return DIGITS.indexOf(line.charAt(at));
}
