import type { Usage } from './usage.ts';

const TEXT_FIELDS: ReadonlySet<string> = new Set(['imageSize', 'imageQuality']);

/** What is wrong with a usage, or `undefined`: every count is a finite number from 0 up. */
export function checkUsage(usage: Usage | undefined): string | undefined {
  if (usage === undefined) return undefined;
  for (const field in usage) {
    const value: unknown = usage[field as keyof Usage];
    if (value === undefined || TEXT_FIELDS.has(field)) continue;
    if (typeof value !== 'number' || !(value >= 0) || value === Number.POSITIVE_INFINITY) {
      return `usage.${field} is not a count`;
    }
  }
  return undefined;
}
