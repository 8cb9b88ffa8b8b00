const UNIT_NAME =
  /(?:tokens?|token_?counts?|requests|seconds|minutes|images|sessions|calls|characters|pages|queries|searches|credits)$/i;
const MAX_DEPTH = 4;
const MAX_NAME = 60;
const MAX_UNKNOWN = 10;

/** Whether a number of this name counts something that a provider may bill: `smell_tokens`, `web_search_requests`. */
export function isUnitName(name: string): boolean {
  return name.length <= MAX_NAME && UNIT_NAME.test(name);
}

/**
 * Finds what a usage counts that is not in `known`: `{ 'input_tokens_details.smell_tokens': 7 }`. Only names of units
 * count, only numbers above zero, and nothing below objects of `ignored` names. `undefined` where there is none.
 */
export function unknownUnits(
  usage: unknown,
  known: ReadonlySet<string>,
  ignored: ReadonlySet<string>,
): Record<string, number> | undefined {
  return collect(usage, '', 0, known, ignored, undefined)?.units;
}

/** What was found so far. */
interface Found {
  readonly units: Record<string, number>;
  count: number;
}

/** Nearly no usage has an unknown unit, so there is an object for them only where there is one. */
function collect(
  value: unknown,
  path: string,
  depth: number,
  known: ReadonlySet<string>,
  ignored: ReadonlySet<string>,
  before: Found | undefined,
): Found | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return before;
  let found = before;
  for (const name in value) {
    const child = (value as Record<string, unknown>)[name];
    if (typeof child === 'number') {
      if (
        child > 0 &&
        child <= Number.MAX_SAFE_INTEGER &&
        !known.has(name) &&
        (found === undefined || found.count < MAX_UNKNOWN) &&
        isUnitName(name)
      ) {
        found ??= { units: {}, count: 0 };
        found.count += 1;
        found.units[unitPath(path, name)] = child;
      }
    } else if (depth < MAX_DEPTH && typeof child === 'object' && child !== null && !ignored.has(name)) {
      found = collect(child, path === '' ? name : `${path}.${name}`, depth + 1, known, ignored, found);
    }
  }
  return found;
}

/** The path in the answer; an underscore in it tells it from the fields of `Usage`. */
function unitPath(path: string, name: string): string {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const whole = path === '' ? snake : `${path}.${snake}`;
  return whole.includes('_') ? whole : `unknown_${whole}`;
}
