import type { Bill } from './bill.ts';
import type { Rate } from './rate.ts';
import type { Usage } from './usage.ts';

/** Adds the pictures of a model that is priced by their size and quality; gives the reason where that has no price. */
export function billPictures(
  bill: Bill,
  usage: Usage,
  pictures: ReadonlyMap<string, Rate>,
): string | undefined {
  const { images } = usage;
  if (images === undefined) return 'the model is priced by the picture, and their number is not known';
  if (images === 0) return undefined;
  const size = chosen(usage.imageSize) ?? '1024x1024';
  const quality = chosen(usage.imageQuality) ?? 'standard';
  const rate = pictures.get(`${quality}/${size}`);
  if (rate === undefined) return `no price for a picture of size ${size} and quality ${quality}`;
  bill.add(`picture ${size} ${quality}`, images, rate);
  return undefined;
}

/** The API's own defaults stand where the request did not choose. */
function chosen(option: string | undefined): string | undefined {
  return option === undefined || option === '' || option === 'auto' ? undefined : option;
}
