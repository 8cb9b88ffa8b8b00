import { expect, test } from 'vitest';

import { priceOf } from '../price-of.ts';

// https://platform.openai.com/docs/pricing: sora-2 $0.10, sora-2-pro $0.30, at 1024x1792 or 1792x1024 $0.50 a second.
test.each<[model: string, size: string | undefined, usd: number | undefined]>([
  ['sora-2', '720x1280', 0.8],
  ['sora-2', '1280x720', 0.8],
  ['sora-2', undefined, 0.8],
  ['sora-2', '1024x1792', undefined],
  ['sora-2-pro', '720x1280', 2.4],
  ['sora-2-pro', '1024x1792', 4],
  ['sora-2-pro', '1792x1024', 4],
  ['sora-2-pro', '1080x1920', undefined],
  ['sora-2-pro', 'huge', undefined],
])('8 seconds of %s at %s cost %s', (model, imageSize, usd) => {
  const usage = { videoSeconds: 8, ...(imageSize === undefined ? {} : { imageSize }) };
  const cost = priceOf({ provider: 'openai', model, usage, at: Date.UTC(2026, 10, 1) });
  expect('usd' in cost ? cost.usd : undefined).toBe(usd);
  if (usd === undefined) expect(cost).toEqual({ unpriced: expect.stringMatching(/no price for the model/) });
});
