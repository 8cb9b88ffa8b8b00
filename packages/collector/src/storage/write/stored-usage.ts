/** Fields of the usage of a call that have columns of their own. */
const COLUMN_OF_FIELD = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cachedInputTokens: 'cached_tokens',
  reasoningOutputTokens: 'reasoning_tokens',
} as const;

const FIELDS = Object.entries(COLUMN_OF_FIELD);

/** Replaces a number that equals the column. No usage has such a value. */
const SAME = '"="';

type UsageColumns = Readonly<Record<(typeof COLUMN_OF_FIELD)[keyof typeof COLUMN_OF_FIELD], number>> & {
  /** JSON of an object, without spaces. */
  readonly usage: string;
};

/**
 * The stored form of a call's usage: a number that equals its column is replaced by `"="`. Most calls then have the
 * same string, which compresses well.
 */
export function shortUsage(row: UsageColumns): string {
  let { usage } = row;
  for (const [field, column] of FIELDS) {
    const text = `"${field}":${row[column]}`;
    const at = usage.indexOf(text);
    const end = at + text.length;
    const next = usage[end];
    // The match may be only the beginning of a longer number.
    if (at < 0 || (next !== ',' && next !== '}')) continue;
    usage = `${usage.slice(0, end - text.length + field.length + 3)}${SAME}${usage.slice(end)}`;
  }
  return usage;
}

/** The full usage of a row from {@link shortUsage} or from an older version. */
export function fullUsage(row: UsageColumns): string {
  let { usage } = row;
  if (!usage.includes(SAME)) return usage;
  for (const [field, column] of FIELDS) {
    usage = usage.replace(`"${field}":${SAME}`, `"${field}":${row[column]}`);
  }
  return usage;
}
