import { ATTR_USAGE_ESTIMATED, USAGE_PREFIX } from '@userspan/core/semconv';
import type { Usage } from '@userspan/pricing';
import type { Attributes } from '../span.ts';
import { readAmount, readCount, readText } from './read-attribute.ts';

const AMOUNTS: ReadonlySet<string> = new Set(['seconds', 'videoSeconds', 'providerCostUsd']);
const TEXTS: ReadonlySet<string> = new Set(['imageSize', 'imageQuality', 'imageToolModel', 'svgModel']);

/**
 * Reads the counts that Userspan's own instrumentations add to those of the conventions: `userspan.usage.<field in
 * snake_case>`. Includes unknown units, so that such a call is never priced too low.
 */
export function readUserspanUsage(attributes: Attributes): Usage | undefined {
  let usage: Record<string, number | string> | undefined;
  for (const key in attributes) {
    if (!key.startsWith(USAGE_PREFIX) || key === ATTR_USAGE_ESTIMATED) continue;
    const field = key
      .slice(USAGE_PREFIX.length)
      .replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
    const value = readField(attributes, key, field);
    if (value === undefined) continue;
    usage ??= {};
    if (Number.isNaN(value)) usage['unreadableCount'] ??= field;
    else usage[field] = value;
  }
  return usage;
}

function readField(attributes: Attributes, key: string, field: string): number | string | undefined {
  if (TEXTS.has(field)) return readText(attributes, key);
  return AMOUNTS.has(field) ? readAmount(attributes, key) : readCount(attributes, key);
}
