/** Fields of the usage of a call that have columns of their own. */
const COLUMN_OF_FIELD = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cachedInputTokens: 'cached_tokens',
  reasoningOutputTokens: 'reasoning_tokens',
} as const;

const FIELDS = Object.entries(COLUMN_OF_FIELD);

/** What stands for a number: usage has no such value. */
const SAME = '"="';

type UsageColumns = Readonly<Record<(typeof COLUMN_OF_FIELD)[keyof typeof COLUMN_OF_FIELD], number>> & {
  /** JSON of an object, without spaces. */
  readonly usage: string;
};

/**
 * The usage of a call as the store has it: `"="` in place of a number that is the one in the column of the field. Most calls
 * have the same text then, which takes no room.
 */
export function shortUsage(row: UsageColumns): string {
  let { usage } = row;
  for (const [field, column] of FIELDS) {
    const text = `"${field}":${row[column]}`;
    const at = usage.indexOf(text);
    const end = at + text.length;
    const next = usage[end];
    // A longer number may begin like this one.
    if (at < 0 || (next !== ',' && next !== '}')) continue;
    usage = `${usage.slice(0, end - text.length + field.length + 3)}${SAME}${usage.slice(end)}`;
  }
  return usage;
}

/** The usage of a row that {@link shortUsage} made, or of one that an older version wrote, with all numbers. */
export function fullUsage(row: UsageColumns): string {
  let { usage } = row;
  if (!usage.includes(SAME)) return usage;
  for (const [field, column] of FIELDS) {
    usage = usage.replace(`"${field}":${SAME}`, `"${field}":${row[column]}`);
  }
  return usage;
}
