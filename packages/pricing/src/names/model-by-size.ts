import type { Usage } from '../usage/usage.ts';

/** Video sizes that the standard price of a model covers. */
const PLAIN_SIZES: ReadonlySet<string> = new Set(['720x1280', '1280x720']);
/** Video sizes that have a separate name in the list. */
const HIGH_SIZES: ReadonlySet<string> = new Set(['1024x1792', '1792x1024']);

/**
 * The name of a model in the list for the size of its video. `sora-2-pro` is also listed as `sora-2-pro-high-res` with
 * a higher price per second. For an unknown size the result is a name that no list has, so that the call is unpriced.
 */
export function modelBySize(model: string, usage: Usage | undefined): string {
  const size = usage?.videoSeconds === undefined ? undefined : usage.imageSize;
  if (size === undefined || PLAIN_SIZES.has(size)) return model;
  return HIGH_SIZES.has(size) ? `${model}-high-res` : `${model} at ${size}`;
}
