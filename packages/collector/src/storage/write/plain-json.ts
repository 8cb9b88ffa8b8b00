import type { AttributeValue } from '@userspan/ledger';

/** Maximum length of a stored attribute as text, in UTF-16 units. */
const MAX_TEXT = 65_536;
/** Maximum nesting depth that is stored. */
const MAX_DEPTH = 32;
/** Maximum number of members of one list or object. */
const MAX_MEMBERS = 4_096;

function plain(value: AttributeValue, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return wellFormed(value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value);
    case 'bigint':
      return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
        ? Number(value)
        : String(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      return value === null ? null : plainMembers(value, depth);
    default:
      return value;
  }
}

function plainMembers(value: AttributeValue & object, depth: number): unknown {
  if (value instanceof Uint8Array)
    return `base64:${Buffer.from(value.subarray(0, MAX_TEXT)).toString('base64')}`;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map((item) => plain(item, depth + 1));
  return plainObject(value as Readonly<Record<string, AttributeValue>>, depth + 1);
}

function plainObject(object: Readonly<Record<string, AttributeValue>>, depth: number): object {
  // `Object.fromEntries` makes `__proto__` a normal member.
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(object).slice(0, MAX_MEMBERS)) {
    entries.push([wellFormed(key), plain(object[key] ?? null, depth)]);
  }
  return Object.fromEntries(entries);
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

/** Whether a value need not be changed for the store, except for lone surrogates. */
function isPlain(value: AttributeValue | undefined): boolean {
  if (typeof value === 'string') return value.length <= MAX_TEXT;
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return Array.isArray(value) && value.length <= MAX_MEMBERS && value.every(isShortText);
}

/** Replaces lone surrogates, which the engine's JSON reader refuses. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/**
 * Attributes with limited depth and length, as JSON has them. Integers are numbers if they fit, bytes are `base64:…`. Names
 * and texts may still have lone surrogates.
 */
export function plainAttributes(attributes: Readonly<Record<string, AttributeValue>>): object {
  let members = 0;
  for (const key in attributes) {
    members += 1;
    // Nearly always nothing has to be changed, so a second object is created only if needed.
    if (members > MAX_MEMBERS || !isPlain(attributes[key])) return plainObject(attributes, 0);
  }
  return attributes;
}

/** {@link plainAttributes} as JSON, without lone surrogates. */
export function plainJson(attributes: Readonly<Record<string, AttributeValue>>): string {
  const text = JSON.stringify(plainAttributes(attributes));
  // JSON.stringify writes a lone surrogate as an escape with this prefix.
  return text.includes('\\ud') ? JSON.stringify(plainObject(attributes, 0)) : text;
}
