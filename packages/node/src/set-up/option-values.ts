/**
 * Functions that read option values from environment variables. Each throws an Error that names the variable and the
 * accepted values.
 */

/** Returns the trimmed value of a variable; undefined if it is unset or empty. */
export type Read = (name: string) => string | undefined;

export function boolean(name: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  const word = value.toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw new Error(`userspan: ${name} must be true or false, got ${JSON.stringify(value)}`);
}

export function count(
  option: string,
  given: number | undefined,
  names: readonly string[],
  read: Read,
  fallback: number,
): number {
  const name = given === undefined ? names.find((candidate) => read(candidate) !== undefined) : option;
  const value = given ?? (name === undefined ? fallback : Number(read(name)));
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(
      `userspan: ${name} must be a whole number of at least 1, got ${String(given ?? (name && read(name)))}`,
    );
  }
  return value;
}

export function keyValues(name: string, text: string | undefined): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of text?.split(',') ?? []) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    if (at < 1)
      throw new Error(
        `userspan: ${name} must have the form key=value,key=value; got ${JSON.stringify(part)}`,
      );
    pairs[part.slice(0, at).trim()] = decode(part.slice(at + 1).trim());
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** One of the words, ignoring case. */
export function oneOf<Word extends string>(
  name: string,
  value: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value.toLowerCase());
  if (word === undefined) {
    throw new Error(`userspan: ${name} must be one of ${words.join(', ')}, got ${JSON.stringify(value)}`);
  }
  return word;
}

export function checkedUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(
      `userspan: ${name} must be an http or https URL such as http://localhost:4318, got ${JSON.stringify(value)}`,
    );
  }
  return url;
}

/** The items of a comma-separated list; undefined if the variable is unset. */
export function list(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** Merges two objects; fields of `over` take precedence. */
export function mergeFields<Fields extends object>(under: Fields, over: Fields | undefined): Fields {
  const given = Object.entries(over ?? {}).filter(([, value]) => value !== undefined);
  return { ...under, ...(Object.fromEntries(given) as Partial<Fields>) };
}
