import type { Usage } from '../usage/usage.ts';

/** Sizes of a video that the price of a model is for. */
const PLAIN_SIZES: ReadonlySet<string> = new Set(['720x1280', '1280x720']);
/** Sizes that the list prices under a name of their own. */
const HIGH_SIZES: ReadonlySet<string> = new Set(['1024x1792', '1792x1024']);

/**
 * The name that a model has in the list for the size of its video: `sora-2-pro` is listed again as
 * `sora-2-pro-high-res`, at a higher price for a second. A size that no list names gives a name that no list has.
 */
export function modelBySize(model: string, usage: Usage | undefined): string {
  const size = usage?.videoSeconds === undefined ? undefined : usage.imageSize;
  if (size === undefined || PLAIN_SIZES.has(size)) return model;
  return HIGH_SIZES.has(size) ? `${model}-high-res` : `${model} at ${size}`;
}
