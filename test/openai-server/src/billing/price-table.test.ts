import { priceOf } from '@userspan/pricing';
import { expect, test } from 'vitest';

import { usdOf } from './bill.ts';
import type { BilledUsage } from './bill.ts';
import {
  HEARING_PRICES,
  HOST_PRICES,
  PICTURE_PRICES,
  PRICES,
  SPEECH_PRICES,
  TIER_PRICES,
} from './price-table.ts';
import type { Price } from './price-table.ts';

type Counts = Omit<BilledUsage, 'providerCostUsd'>;

/** One unit of each kind of usage with a price. */
function usageOf(price: Price): Counts {
  const { output, cached, cachedAudio, cacheWrite, audioInput, audioOutput, imageInput } = price;
  return {
    inputTokens: 1000,
    ...(output === undefined || output === '0' ? {} : { outputTokens: 100 }),
    // The usage does not state how many of an image's cached tokens are text.
    ...(cached === undefined || imageInput !== undefined ? {} : { cachedInputTokens: 300 }),
    // If cached audio has a separate price, its count must be known.
    ...(cachedAudio === undefined || imageInput !== undefined ? {} : { cachedAudioInputTokens: 20 }),
    ...(cacheWrite === undefined ? {} : { cacheWriteInputTokens: 200 }),
    ...(audioInput === undefined ? {} : { audioInputTokens: 50 }),
    ...(audioOutput === undefined ? {} : { audioOutputTokens: 7 }),
    ...(imageInput === undefined ? {} : { imageInputTokens: 20 }),
  };
}

type Case = readonly [name: string, host: string, model: string, tier: string, usage: Counts];

const fineTuned = (model: string): string =>
  model === 'ft:gpt-4o-mini' ? 'ft:gpt-4o-mini-2024-07-18:acme::x' : `${model}:acme::x`;

const CASES: readonly Case[] = [
  ...Object.entries(PRICES).map(([model, price]): Case => {
    const name = model.startsWith('ft:') ? fineTuned(model) : model;
    return [name, 'openai', name, 'default', usageOf(price)];
  }),
  ...Object.entries(TIER_PRICES).flatMap(([tier, models]) =>
    Object.entries(models).map(([model, price]): Case => [
      `${model} ${tier}`,
      'openai',
      model,
      tier,
      usageOf(price),
    ]),
  ),
  ...Object.entries(HOST_PRICES).flatMap(([host, models]) =>
    Object.entries(models).map(([model, price]): Case => [
      `${host} ${model}`,
      host,
      model,
      'default',
      usageOf(price),
    ]),
  ),
  ...Object.keys(SPEECH_PRICES).map((model): Case => [
    model,
    'openai',
    model,
    'default',
    { characters: 123 },
  ]),
  ...Object.keys(HEARING_PRICES).map((model): Case => [model, 'openai', model, 'default', { seconds: 13 }]),
  ...Object.keys(PICTURE_PRICES).map((name): Case => {
    const [model = '', imageQuality = '', imageSize = ''] = name.split(' ');
    return [name, 'openai', model, 'default', { images: 2, imageSize, imageQuality }];
  }),
  [
    'searches',
    'openai',
    'gpt-4o-mini',
    'default',
    { inputTokens: 10, outputTokens: 1, webSearchCalls: 2, fileSearchCalls: 3 },
  ],
];

test.each(CASES)('calculates the same cost with both price tables: %s', (_, host, model, tier, usage) => {
  const stated = tier === 'batch' ? { batch: true } : { serviceTier: tier };
  const cost = priceOf({ provider: host, model, usage, at: Date.now(), ...stated });
  expect('unpriced' in cost ? cost.unpriced : cost.exact).toBe(usdOf(host, model, tier, usage));
});
