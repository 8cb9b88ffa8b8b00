import { PRICE_LIST } from './generated/price-list.ts';
import { ListedModel } from './listed-model.ts';
import { type RateCard, priceTexts, rateCard } from './rate-card.ts';

/** The prices of one provider. */
export interface ProviderList {
  readonly id: string;
  /** Lists to look into where this one has no such model (Azure serves OpenAI's models at OpenAI's prices). */
  readonly fallbacks: readonly string[];
  /** Fees for tools, whatever the model. */
  readonly fees: RateCard | undefined;
  /** Tiers that cost the same as standard. */
  readonly standardTiers: readonly string[];
  /** A model by its exact name in the list, in lower case; a name that ends in `*` is open to snapshot suffixes. */
  model(name: string): ListedModel | undefined;
}

let blocks: Map<string, string> | undefined;
const providers = new Map<string, ProviderList>();

/** The list of a provider by the price list's own id; nothing is read before the first call. */
export function providerList(id: string): ProviderList | undefined {
  const known = providers.get(id);
  if (known !== undefined) return known;
  blocks ??= blocksOf(PRICE_LIST);
  const block = blocks.get(id);
  if (block === undefined) return undefined;
  const list = readBlock(id, block);
  providers.set(id, list);
  return list;
}

function blocksOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const block of text.split('\n#')) {
    const id = block.slice(block.startsWith('#') ? 1 : 0, block.indexOf('\t'));
    found.set(id, block);
  }
  return found;
}

function readBlock(id: string, block: string): ProviderList {
  const lines = block.split('\n');
  const [, fallbacks = '', fees = '', tiers = ''] = (lines[0] ?? '').split('\t');
  const lineOf = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    for (const name of line.slice(0, line.indexOf('\t')).split('|')) lineOf.set(name, line);
  }
  const models = new Map<string, ListedModel>();
  return {
    id,
    fallbacks: fallbacks === '' ? [] : fallbacks.split(','),
    fees: fees === '' ? undefined : rateCard(priceTexts(fees), 0, {}),
    standardTiers: tiers === '' ? [] : tiers.split(','),
    model(name) {
      const line = lineOf.get(name);
      if (line === undefined) return undefined;
      let model = models.get(line);
      if (model === undefined) {
        model = new ListedModel(line.split('\t').slice(1));
        models.set(line, model);
      }
      return model;
    },
  };
}
