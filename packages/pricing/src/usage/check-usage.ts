import type { Bill } from '../billing/bill.ts';
import { quoted } from '../quoted.ts';
import { USAGE_FIELDS, type Usage } from './usage.ts';

/** The reason for a call without any counts. */
export const NOTHING_KNOWN = 'the usage of the call is not known';

const KINDS: ReadonlyMap<string, string> = new Map(Object.entries({ ...USAGE_FIELDS, totalTokens: 'total' }));
/** Units that are missing on the bill of a call whose audio is not counted. */
export const ABSENT_AUDIO_INPUT = 'audio input, whose count is absent';
export const ABSENT_AUDIO_OUTPUT = 'audio output, whose count is absent';
/** Fields for counts that an answer left out, and how to name them to people. */
const ABSENT: ReadonlyMap<string, string> = new Map([
  ['absentInputTokens', 'input, whose count is absent'],
  ['absentOutputTokens', 'output, whose count is absent'],
  ['absentImageInputTokens', 'image input, whose count is absent'],
  ['absentAudioInputTokens', ABSENT_AUDIO_INPUT],
  ['absentAudioOutputTokens', ABSENT_AUDIO_OUTPUT],
  ['absentCacheWrite12hInputTokens', '12-hour cache writes, whose count is absent'],
]);
const MAX_UNKNOWN = 10;
const MAX_NAME = 60;

/**
 * What is wrong with a usage; `undefined` if nothing is. Every count must be a finite number of 0 or more. An unknown
 * unit is recorded on the bill as missing. A partial count of 0 does not make the total known.
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
