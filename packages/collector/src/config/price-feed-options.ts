import { isDay } from '../runtime/read-time.ts';
import { OptionsError } from './settings.ts';

/** Checks the path or URL of `--price-feed`. */
export function priceFeedOf(source: string | undefined): string | undefined {
  const isUrl = source !== undefined && /^[a-z][a-z\d+.-]*:\/\//i.test(source);
  if (isUrl && !(URL.canParse(source) && /^(?:https?|file):$/.test(new URL(source).protocol))) {
    throw new OptionsError(
      `--price-feed must be a file or a URL such as https://prices.example.com/prices.json; got "${source}"`,
    );
  }
  return source;
}

/** Checks a day that an option names; throws an {@link OptionsError} for anything else. */
export function dayOf(text: string | undefined, option: string): string | undefined {
  if (text === undefined) return undefined;
  if (!isDay(text)) {
    throw new OptionsError(`${option} must be a day such as 2026-11-01; got "${text}"`);
  }
  return text;
}
