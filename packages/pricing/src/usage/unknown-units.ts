/** Names of numbers that count something a provider may bill. */
const UNIT_NAME =
  /(?:tokens?|token_?counts?|requests|seconds|minutes|images|sessions|calls|characters|pages|queries|searches|credits)$/i;
const MAX_DEPTH = 4;
const MAX_NAME = 60;
const MAX_UNKNOWN = 10;

/**
 * Finds what a usage counts that is not in `known`: `{ 'input_tokens_details.smell_tokens': 7 }`. Only names of units
 * count, only numbers above zero, and nothing below objects of `ignored` names. `undefined` where there is none.
 */
export function unknownUnits(
  usage: unknown,
  known: ReadonlySet<string>,
  ignored: ReadonlySet<string>,
): Record<string, number> | undefined {
  const search: Search = { known, ignored, found: undefined, count: 0 };
  collect(usage, '', 0, search);
  return search.found;
}

interface Search {
  readonly known: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
  found: Record<string, number> | undefined;
  count: number;
}

function collect(value: unknown, path: string, depth: number, search: Search): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const name in value) {
    const child = (value as Record<string, unknown>)[name];
    if (typeof child === 'number') {
      if (
        child > 0 &&
        child <= Number.MAX_SAFE_INTEGER &&
        !search.known.has(name) &&
        search.count < MAX_UNKNOWN &&
        name.length <= MAX_NAME &&
        UNIT_NAME.test(name)
      ) {
        search.found ??= {};
        search.count += 1;
        search.found[unitPath(path, name)] = child;
      }
    } else if (
      depth < MAX_DEPTH &&
      typeof child === 'object' &&
      child !== null &&
      !search.ignored.has(name)
    ) {
      collect(child, path === '' ? name : `${path}.${name}`, depth + 1, search);
    }
  }
}

/** The path in the answer; an underscore in it tells it from the fields of `Usage`. */
function unitPath(path: string, name: string): string {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const whole = path === '' ? snake : `${path}.${snake}`;
  return whole.includes('_') ? whole : `unknown_${whole}`;
}
