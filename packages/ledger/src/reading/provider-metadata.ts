import type { StatedCost } from '../cost/stated-cost.ts';
import type { Attributes } from '../span.ts';
import { readMoney, readObject, readText } from './read-attribute.ts';

/** The fields of the provider's answer that the AI SDK passes on. */
export interface ProviderMetadata {
  /** The amount that a gateway charged. */
  readonly cost?: StatedCost;
  /** The response's service tier. */
  readonly tier?: string;
}

const NOTHING: ProviderMetadata = {};

/** Reads `ai.response.providerMetadata` of the AI SDK, versions 5 to 7: JSON, keyed by provider. */
export function readProviderMetadata(attributes: Attributes): ProviderMetadata {
  const metadata = readObject(attributes, 'ai.response.providerMetadata');
  if (metadata === undefined) return NOTHING;
  const openRouter = readObject(readObject(metadata, 'openrouter') ?? {}, 'usage') ?? {};
  const gateway = readObject(metadata, 'gateway') ?? {};
  const usd = readMoney(openRouter, 'cost') ?? readMoney(gateway, 'cost');
  const tier = ['openai', 'azure', 'anthropic', 'google']
    .map((name) => readText(readObject(metadata, name) ?? {}, 'serviceTier'))
    .find((text) => text !== undefined);
  return {
    ...(usd === undefined ? {} : { cost: { usd, source: 'provider' as const } }),
    ...(tier === undefined ? {} : { tier }),
  };
}
