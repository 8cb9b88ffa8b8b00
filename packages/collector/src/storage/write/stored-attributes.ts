/** Attributes that name the user or the thread of a span, each with the column that has the value too. */
const COLUMN_OF_ATTRIBUTE = {
  'user.id': 'user_id',
  'session.id': 'thread_id',
  'gen_ai.conversation.id': 'thread_id',
} as const;

const ATTRIBUTES = Object.entries(COLUMN_OF_ATTRIBUTE).map(
  ([name, column]) => [`${JSON.stringify(name)}:`, column] as const,
);

/**
 * What stands for a text that a column has: valid JSON, which `JSON.stringify` never writes, because it escapes no equals sign.
 * So no value of a span is taken for it.
 */
const SAME = String.raw`"\u003d"`;

/** A span's attributes as JSON, and the columns that repeat some of them. */
type AttributeColumns = Readonly<
  Record<(typeof COLUMN_OF_ATTRIBUTE)[keyof typeof COLUMN_OF_ATTRIBUTE], string>
> & {
  /** JSON of an object, without spaces. */
  readonly attributes: string;
};

/** The attributes of a span as the store has them: without the ids that its columns have. */
export function shortAttributes(row: AttributeColumns): string {
  return ATTRIBUTES.reduce(
    (json, [name, column]) =>
      row[column] === '' ? json : replaceOnce(json, name, JSON.stringify(row[column]), SAME),
    row.attributes,
  );
}

/** The attributes of a row that {@link shortAttributes} made, or of one that an older version wrote, with all ids. */
export function fullAttributes(row: AttributeColumns): string {
  if (!row.attributes.includes(SAME)) return row.attributes;
  return ATTRIBUTES.reduce(
    (json, [name, column]) => replaceOnce(json, name, SAME, JSON.stringify(row[column])),
    row.attributes,
  );
}

/** The text with another value behind the first place where the name has that value. */
function replaceOnce(json: string, name: string, value: string, other: string): string {
  const at = json.indexOf(name + value);
  if (at < 0) return json;
  const start = at + name.length;
  return json.slice(0, start) + other + json.slice(start + value.length);
}
