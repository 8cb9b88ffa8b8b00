import type { Usage } from './usage.ts';

/** What is wrong with a usage, or `undefined`: every count is a finite number from 0 up. */
export function checkUsage(usage: Usage | undefined): string | undefined {
  if (usage === undefined) return undefined;
  for (const field in usage) {
    const value: unknown = usage[field as keyof Usage];
    if (
      value === undefined ||
      field === 'imageSize' ||
      field === 'imageQuality' ||
      field === 'providerCostUsd'
    )
      continue;
    if (typeof value !== 'number' || !(value >= 0) || value === Number.POSITIVE_INFINITY) {
      return `usage.${field} is not a count`;
    }
  }
  return undefined;
}

/** Whether anything at all is known about what was used; a known 0 counts. */
export function hasUsage(usage: Usage | undefined): boolean {
  if (usage === undefined) return false;
  for (const field in usage)
    if (typeof usage[field as keyof Usage] === 'number' && field !== 'providerCostUsd') return true;
  return false;
}
