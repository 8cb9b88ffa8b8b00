/**
 * The attributes of a span in the store: JSON without the parts that compress better in columns of their own.
 *
 * - The user's id and the thread's id, which columns of the span have too.
 * - The user's other attributes, which the spans of a trace share.
 * - Whole numbers, which take a third of the space as numbers.
 * - Ids such as that of the response, whose random characters make other text compress worse.
 *
 * What remains is nearly the same for all spans of a kind. A placeholder is written for each part. `JSON.stringify` never
 * writes these placeholders, because it does not escape `=`, `#`, `@` or `u`. So no value of a span is mistaken for one.
 */

/** Attributes that name the user or the thread of a span, each with the column that has the value too. */
const COLUMN_OF_ATTRIBUTE = {
  'user.id': 'user_id',
  'session.id': 'thread_id',
  'gen_ai.conversation.id': 'thread_id',
} as const;

const ATTRIBUTES = Object.entries(COLUMN_OF_ATTRIBUTE).map(
  ([name, column]) => [`${JSON.stringify(name)}:`, column] as const,
);

/** Placeholder for a text that equals a column of the span. */
const SAME = String.raw`"\u003d"`;
/** Placeholder for the next item of `attribute_numbers`. */
const NUMBER = String.raw`"\u0023"`;
/** Placeholder for the next item of `attribute_ids`. */
const ID = String.raw`"\u0040"`;
/** Placeholder for `user_attributes`, as a member. */
const USER = String.raw`"\u0075":0`;
/** The beginning of each placeholder. */
const PLACEHOLDER_START = String.raw`"\u00`;

/** Longer attributes contain prompts or answers, beside which numbers and ids take little space. */
const MAX_DIVIDED = 4_096;
const SEPARATOR = ',';

/**
 * Adjacent members of the user, with values that are no lists or objects. A quote after a brace or comma begins a text:
 * if the comma were inside of a text, the quote would end it, and no letter could follow.
 */
const USER_MEMBERS =
  /(?<=[{,])(?:,?"(?:userspan\.)?user\.[\w.-]+":(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)(?=[,}]))+/;
/** A member whose value is a whole number, or an id by its name and form. */
const NUMBER_OR_ID = /([{,]"[\w.-]+":)(?:(\d{1,15})|(?<=(?:[._]i|I)d":)"([\w-]{16,64})")(?=[,}])/g;
const NUMBER_OR_ID_PLACEHOLDER = /"\\u00(?:23|40)"/g;

/** The columns that repeat attributes of a span. */
type IdColumns = Readonly<Record<(typeof COLUMN_OF_ATTRIBUTE)[keyof typeof COLUMN_OF_ATTRIBUTE], string>>;

/** The columns that have the attributes of a span. */
export interface StoredAttributes {
  /** JSON of an object, without spaces. */
  readonly attributes: string;
  /** Members of this object, as JSON. */
  readonly user_attributes: string;
  /** Whole numbers, as the engine returns them. */
  readonly attribute_numbers: readonly string[];
  /** Separated by commas. */
  readonly attribute_ids: string;
}

/** The names of these columns. */
export const ATTRIBUTE_COLUMNS: readonly (keyof StoredAttributes)[] = [
  'attributes',
  'user_attributes',
  'attribute_numbers',
  'attribute_ids',
];

/** Divides the attributes of a span, JSON of an object, into the store's columns. */
export function divideAttributes(json: string, columns: IdColumns): StoredAttributes {
  let attributes = json;
  for (const [name, column] of ATTRIBUTES) {
    if (columns[column] === '') continue;
    attributes = replaceOnce(attributes, name, JSON.stringify(columns[column]), SAME);
  }
  if (attributes.length > MAX_DIVIDED) {
    return { attributes, user_attributes: '', attribute_numbers: [], attribute_ids: '' };
  }
  const [user = ''] = USER_MEMBERS.exec(attributes) ?? [];
  const numbers: string[] = [];
  const ids: string[] = [];
  const divided = (user === '' ? attributes : replaceOnce(attributes, '', user, USER)).replace(
    NUMBER_OR_ID,
    (_, name: string, number: string | undefined, id: string | undefined) => {
      if (id === undefined) numbers.push(number ?? '0');
      else ids.push(id);
      return name + (id === undefined ? NUMBER : ID);
    },
  );
  return {
    attributes: divided,
    user_attributes: user,
    attribute_numbers: numbers,
    attribute_ids: ids.join(SEPARATOR),
  };
}

/** The attributes of a row, as JSON. In rows that an older version wrote, they are not divided, and may have all ids. */
export function fullAttributes(row: StoredAttributes & IdColumns): string {
  let json = row.attributes;
  if (!json.includes(PLACEHOLDER_START)) return json;
  const numbers = row.attribute_numbers.values();
  const ids = row.attribute_ids.split(SEPARATOR).values();
  json = json.replace(NUMBER_OR_ID_PLACEHOLDER, (found) =>
    found === NUMBER ? (numbers.next().value ?? found) : JSON.stringify(ids.next().value ?? ''),
  );
  if (row.user_attributes !== '') json = replaceOnce(json, '', USER, row.user_attributes);
  for (const [name, column] of ATTRIBUTES) {
    json = replaceOnce(json, name, SAME, JSON.stringify(row[column]));
  }
  return json;
}

/** The text with another value behind the first place where the name has that value. */
function replaceOnce(json: string, name: string, value: string, other: string): string {
  const at = json.indexOf(name + value);
  if (at < 0) return json;
  const start = at + name.length;
  return json.slice(0, start) + other + json.slice(start + value.length);
}
