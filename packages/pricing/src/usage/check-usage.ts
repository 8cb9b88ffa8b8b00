import type { Bill } from '../billing/bill.ts';
import { quoted } from '../quoted.ts';
import { USAGE_FIELDS, type Usage } from './usage.ts';

/** The reason for a call of which nothing was counted. */
export const NOTHING_KNOWN = 'the usage of the call is not known';

const KINDS: ReadonlyMap<string, string> = new Map(Object.entries({ ...USAGE_FIELDS, totalTokens: 'total' }));
/** Counts that an answer left out, in words. */
const ABSENT: ReadonlyMap<string, string> = new Map([
  ['absentInputTokens', 'input, whose count is absent'],
  ['absentOutputTokens', 'output, whose count is absent'],
  ['absentCacheWrite12hInputTokens', '12-hour cache writes, whose count is absent'],
]);
const MAX_UNKNOWN = 10;
const MAX_NAME = 60;

/**
 * What is wrong with a usage, or `undefined`: every count has to be a finite number from 0 up. A unit that is not known
 * is noted on the bill as missing. A part of the tokens that is 0 tells nothing of
 * the total.
 */
export function checkUsage(usage: Usage, bill: Bill): string | undefined {
  if (usage.unreadableCount !== undefined)
    return `usage.${usage.unreadableCount.slice(0, MAX_NAME)} is not a count`;
  let known = 0;
  for (const field in usage) {
    const value: unknown = usage[field as keyof Usage];
    if (value === undefined) continue;
    const kind = KINDS.get(field);
    if (kind === undefined) missUnknownUnit(field, value, bill);
    if (kind !== 'count') continue;
    if (!isCount(value)) return `usage.${field} is not a count`;
    if (value > 0 || !isPartOfTotal(field)) known += 1;
  }
  return known === 0 && bill.missing.length === 0 ? NOTHING_KNOWN : undefined;
}

function missUnknownUnit(field: string, value: unknown, bill: Bill): void {
  if (typeof value === 'number' && value !== 0 && bill.missing.length < MAX_UNKNOWN)
    bill.miss(ABSENT.get(field) ?? `the unit ${quoted(field.slice(0, MAX_NAME))}`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** Whether a count is a part of the input or of the output, such as `cachedInputTokens`. */
function isPartOfTotal(field: string): boolean {
  return field.endsWith('InputTokens') || field.endsWith('OutputTokens');
}
