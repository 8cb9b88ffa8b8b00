import type { AttributeValue } from '@userspan/ledger';

import { plainAttributes, wellFormed } from './plain-json.ts';

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
/** Numbers of up to 15 digits. */
const MAX_NUMBER = 999_999_999_999_999;

const WORD = /^[\w.-]+$/;
const NAME_OF_USER_ATTRIBUTE = /^(?:userspan\.)?user\.[\w.-]+$/;
const NAME_OF_ID = /(?:[._]i|I)d$/;
const FORM_OF_ID = /^[\w-]{16,64}$/;
/** Characters that JSON escapes: quotes, backslashes, control characters and lone surrogates. */
const ESCAPED = /["\\\p{Cc}\p{Cs}]/u;
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

/** Divides the attributes of a span into the store's columns. */
export function divideAttributes(
  attributes: Readonly<Record<string, AttributeValue>>,
  columns: IdColumns,
): StoredAttributes {
  const plain = plainAttributes(attributes);
  const divider = new AttributeDivider(columns, true);
  divider.write(plain);
  if (!divider.isTooLong) return divider.stored;
  const whole = new AttributeDivider(columns, false);
  whole.write(plain);
  return whole.stored;
}

/**
 * Writes the attributes of a span as JSON and divides them in the same pass.
 *
 * Members of nested objects are divided like those of the span. Of the user's attributes only the first group of adjacent
 * members is moved, because there is one placeholder. A name's value is compared with its column until they are equal once.
 */
class AttributeDivider {
  readonly #columns: IdColumns;
  /** Whether parts are moved, or only texts replaced that columns repeat. */
  readonly #moves: boolean;
  #attributes = '';
  #user = '';
  /** Whether the last member was moved to the user's attributes. */
  #isInUser = false;
  readonly #numbers: string[] = [];
  #ids = '';
  /** Bits of the names whose value was replaced. */
  #replaced = 0;
  /** Number of characters of the attributes if no part is moved. */
  #length = 0;

  constructor(columns: IdColumns, moves: boolean) {
    this.#columns = columns;
    this.#moves = moves;
  }

  /** Writes an object. If it {@link isTooLong}, nothing is complete. */
  write(attributes: object): void {
    this.#addObject(attributes);
  }

  get isTooLong(): boolean {
    return this.#moves && this.#length > MAX_DIVIDED;
  }

  get stored(): StoredAttributes {
    return {
      attributes: this.#attributes,
      user_attributes: this.#user.slice(1),
      attribute_numbers: this.#numbers,
      attribute_ids: this.#ids.slice(1),
    };
  }

  #addObject(object: object): void {
    const before = this.#attributes;
    this.#attributes = '';
    // Each member begins with a comma, which the brace replaces.
    this.#length += 1;
    for (const name in object) {
      this.#addMember(nameOf(name), (object as Readonly<Record<string, unknown>>)[name]);
      if (this.isTooLong) return;
    }
    this.#isInUser = false;
    if (this.#attributes === '') this.#length += 1;
    this.#attributes = `${before}{${this.#attributes.slice(1)}}`;
  }

  #addMember(name: Name, value: unknown): void {
    if (typeof value === 'object' && value !== null) {
      this.#isInUser = false;
      this.#addText(name.start);
      if (Array.isArray(value)) this.#addList(value);
      else this.#addObject(value);
      return;
    }
    const member = this.#memberOf(name, value);
    this.#length += member.length;
    if (this.#moves && name.isOfUser && (this.#isInUser || this.#user === '')) {
      if (!this.#isInUser) this.#attributes += SEPARATOR + USER;
      this.#isInUser = true;
      this.#user += member;
      return;
    }
    this.#isInUser = false;
    this.#attributes += this.#moves ? this.#move(name, value, member) : member;
  }

  #memberOf(name: Name, value: unknown): string {
    if (typeof value !== 'string') return name.start + jsonOf(value);
    const { column, bit } = name;
    if (
      column === undefined ||
      value === '' ||
      value !== this.#columns[column] ||
      (this.#replaced & bit) !== 0
    )
      return memberOf(name, value);
    this.#replaced |= bit;
    return name.same;
  }

  /** Moves a number or an id. Returns what remains of the member. */
  #move(name: Name, value: unknown, member: string): string {
    if (name.number !== undefined && isShortNumber(value)) {
      this.#numbers.push(String(value));
      return name.number;
    }
    if (name.id === undefined || typeof value !== 'string' || member === name.same || !FORM_OF_ID.test(value))
      return member;
    this.#ids += SEPARATOR + value;
    return name.id;
  }

  #addList(list: readonly unknown[]): void {
    this.#addText('[');
    for (const [at, item] of list.entries()) {
      if (at > 0) this.#addText(SEPARATOR);
      if (typeof item !== 'object' || item === null) this.#addText(jsonOf(item));
      else if (Array.isArray(item)) this.#addList(item);
      else this.#addObject(item);
      if (this.isTooLong) return;
    }
    this.#addText(']');
  }

  #addText(text: string): void {
    this.#attributes += text;
    this.#length += text.length;
  }
}

/** A value that is no list or object, as JSON. */
function jsonOf(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return ESCAPED.test(value) ? JSON.stringify(wellFormed(value)) : `"${value}"`;
}

function isShortNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_NUMBER;
}

/** What is written for the name of an attribute, which is the same for all spans. */
interface Name {
  /** A comma, the name and a colon. */
  readonly start: string;
  readonly isOfUser: boolean;
  readonly column: keyof IdColumns | undefined;
  /** A bit that only this name has, if it has a column. */
  readonly bit: number;
  /** The member with each placeholder; absent if the name is not one of numbers or ids. */
  readonly same: string;
  readonly number: string | undefined;
  readonly id: string | undefined;
  /** The last short text, and the member with it: many spans have the same. */
  lastText: string;
  lastMember: string;
}

const MAX_NAMES = 4_096;
const MAX_LAST_TEXT = 64;
const names = new Map<string, Name>();

function nameOf(text: string): Name {
  let name = names.get(text);
  if (name !== undefined) return name;
  const start = `,${JSON.stringify(wellFormed(text))}:`;
  const isWord = WORD.test(text);
  const place = ATTRIBUTES.findIndex(([attribute]) => start === `,${attribute}`);
  name = {
    start,
    isOfUser: NAME_OF_USER_ATTRIBUTE.test(text),
    column: ATTRIBUTES[place]?.[1],
    bit: 1 << (place + 1),
    same: start + SAME,
    number: isWord ? start + NUMBER : undefined,
    id: isWord && NAME_OF_ID.test(text) ? start + ID : undefined,
    lastText: '',
    lastMember: `${start}""`,
  };
  if (names.size >= MAX_NAMES) names.clear();
  names.set(text, name);
  return name;
}

function memberOf(name: Name, text: string): string {
  if (text === name.lastText) return name.lastMember;
  const member = name.start + jsonOf(text);
  if (text.length <= MAX_LAST_TEXT) {
    name.lastText = text;
    name.lastMember = member;
  }
  return member;
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
