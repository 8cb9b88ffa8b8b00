/** Fields of the usage of a call that have columns of their own. */
const COLUMN_OF_FIELD = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cachedInputTokens: 'cached_tokens',
  reasoningOutputTokens: 'reasoning_tokens',
} as const;

const FIELDS = Object.entries(COLUMN_OF_FIELD).map(([field, column]) => [`"${field}":`, column] as const);

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
  for (const [name, column] of FIELDS) {
    const at = usage.indexOf(name);
    if (at < 0) continue;
    const start = at + name.length;
    const value = String(row[column]);
    const end = start + value.length;
    // It may be only the beginning of a longer number.
    if (!usage.startsWith(value, start) || (usage[end] !== ',' && usage[end] !== '}')) continue;
    usage = `${usage.slice(0, start)}${SAME}${usage.slice(end)}`;
  }
  return usage;
}

/** The full usage of a row from {@link shortUsage} or from an older version. */
export function fullUsage(row: UsageColumns): string {
  let { usage } = row;
  if (!usage.includes(SAME)) return usage;
  for (const [name, column] of FIELDS) {
    usage = usage.replace(name + SAME, name + row[column]);
  }
  return usage;
}
