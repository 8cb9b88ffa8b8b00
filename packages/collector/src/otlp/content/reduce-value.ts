import { type Attributes, type AttributeValue, parsePythonLiteral } from '@userspan/ledger';
import { messageWithoutContent } from './message-text.ts';
import { FACTS, isContentEvent, staysInContentEvent, verdictOf } from './content-names.ts';

/** Maximum length of JSON that is parsed. Longer JSON is removed completely. */
const MAX_JSON_LENGTH = 1 << 20;
/** Matches a quoted member whose name may mean content, in JSON or Python's `repr`. */
const MAY_HAVE_CONTENT =
  /["'](?:\w*(?:prompt|completion|message|input|output|content|text|instruction|question|answer|query|arg|result|response|thinking|reasoning|document|history|choice|value|embedding)\w*)\\?["']\s*:/i;

/** Printable ASCII without spaces: an id, a name, a date, an address. */
const IDENTIFIER = /^[\x21-\x7e]*$/;
/** Maximum number of characters of an identifier. */
export const MAX_IDENTIFIER = 256;

/**
 * Removes content from attributes. Returns the same object if there is none.
 *
 * @param keepsText whether free text is kept under names without a rule, as in an application's own metadata
 */
export function attributesWithoutContent(attributes: Attributes, keepsText = false): Attributes {
  let reduced: Record<string, AttributeValue> | undefined;
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    const kept = value === undefined ? undefined : valueWithoutContent(name, value, keepsText);
    if (kept !== value) {
      reduced ??= { ...attributes };
      if (kept === undefined) {
        delete reduced[name];
      } else {
        reduced[name] = kept;
      }
    }
  }
  return reduced ?? attributes;
}

/** Attributes of a span event. */
export function eventWithoutContent(name: string, attributes: Attributes): Attributes {
  const without = attributesWithoutContent(attributes);
  return isContentEvent(name)
    ? Object.fromEntries(Object.entries(without).filter(([key]) => staysInContentEvent(key)))
    : without;
}

/** The part of a value under that name that is kept; `undefined` if nothing is. */
export function valueWithoutContent(
  name: string,
  value: AttributeValue,
  keepsText = false,
): AttributeValue | undefined {
  switch (verdictOf(name)) {
    case 'drop':
      return isFigure(value) ? value : undefined;
    case 'facts':
      return typeof value === 'string' ? factsOf(value) : undefined;
    case 'inspect':
      return inspected(value, true);
    case 'identifier':
      return inspected(value, keepsText);
    case 'message': {
      const kept = inspected(value, true);
      return typeof kept === 'string' ? messageWithoutContent(kept) : kept;
    }
    default:
      return value;
  }
}

/** Whether a value is a number or boolean, such as a count named `prompt`. */
function isFigure(value: AttributeValue): boolean {
  return (
    value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
  );
}

/**
 * Removes content from a value whose own name does not mean content, because nested names may.
 *
 * @param keepsText whether text that is neither JSON nor an identifier is kept
 */
export function inspected(value: AttributeValue, keepsText: boolean): AttributeValue | undefined {
  if (typeof value === 'string') {
    return inspectedText(value, keepsText);
  }
  if (isFigure(value)) {
    return value;
  }
  if (value instanceof Uint8Array) {
    return keepsText ? value : undefined;
  }
  if (Array.isArray(value)) {
    const list = (value as readonly AttributeValue[]).map((item) => inspected(item, keepsText));
    return list.every((item, i) => item === value[i])
      ? value
      : list.filter((item): item is AttributeValue => item !== undefined);
  }
  return attributesWithoutContent(value as Attributes, keepsText);
}

/** Whether a string is JSON, or Python's equivalent, that may contain content. */
export function isJsonWithContent(text: string): boolean {
  return /^\s*[[{("']/.test(text) && MAY_HAVE_CONTENT.test(text);
}

function inspectedText(text: string, keepsText: boolean): string | undefined {
  const isJson = keepsText ? isJsonWithContent(text) : /^\s*[[{("']/.test(text);
  if (!isJson) {
    return keepsText || isIdentifier(text) ? text : undefined;
  }
  if (text.length > MAX_JSON_LENGTH) {
    return undefined;
  }
  const parsed = parsedText(text);
  // Truncated JSON, whose content cannot be recognized, or a quoted string, which is free text.
  if (parsed === undefined || (typeof parsed === 'string' && !keepsText)) {
    return undefined;
  }
  const reduced = inspected(parsed, keepsText);
  return reduced === parsed ? text : reduced === undefined ? undefined : JSON.stringify(reduced);
}

function isIdentifier(text: string): boolean {
  return text.length <= MAX_IDENTIFIER && IDENTIFIER.test(text);
}

function parsedText(text: string): AttributeValue | undefined {
  try {
    return JSON.parse(text) as AttributeValue;
  } catch {
    return parsePythonLiteral(text) as AttributeValue | undefined;
  }
}

/** The facts of an answer as JSON. Found without parsing, because such JSON is often truncated. */
function factsOf(text: string): string | undefined {
  const facts: Record<string, string> = {};
  for (const name of FACTS) {
    const pattern =
      name === 'id' ? /^\{"id":"([\w.:-]{1,256})"/ : new RegExp(`"${name}":"([\\w.:/-]{1,128})"`, 'g');
    const found = name === 'id' ? pattern.exec(text) : [...text.matchAll(pattern)].at(-1);
    if (found?.[1] !== undefined) {
      facts[name] = found[1];
    }
  }
  return Object.keys(facts).length === 0 ? undefined : JSON.stringify(facts);
}
