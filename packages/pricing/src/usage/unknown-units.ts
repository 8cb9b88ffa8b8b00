import { USAGE_FIELDS } from './usage.ts';

const UNIT_NAME =
  /(?:tokens?|token_?counts?|requests|seconds|minutes|hours|images|frames|pixels|megapixels|sessions|calls|characters|chars|words|pages|queries|searches|sources|credits|units|tools_used|sources_used)$/i;
/** Names of counts, and, with the names of units, of objects in which every number is a count: `video_tokens_hd`, `tokens_by_kind`, `tool_usage`. */
const COUNTING_NAME = /tokens?(?:_|[A-Z]|$)|units?$|tool_(?:use|usage)$/;
/** Names of measurements and amounts of money, which are not units. */
const MEASURE_NAME =
  /(?:time|ms|latency|percent|percentage|ratio|rate|fraction|per_second|index|limit|max|cost|price|usd)$/i;
/** Names of other counts in a usage: `num_documents`, `grounding_count`, `documents`. */
const COUNT_NAME =
  /^(?:count|quantity)$|^(?:num|n|count)_|_(?:counts?|used|made)$|(?:documents|docs|files|invocations|executions|lookups|fetches|embeddings|vectors|chunks|tiles|clips|songs|samples|steps|items|results|messages|operations|actions|events|records|rows|bytes|grounding)$/i;
/** Names of times and speeds that end with the name of a unit: `time_to_first_token`. */
const SPEED_NAME = /^time_to_|_per_sec(?:ond)?(?:_|$)/i;
const MAX_DEPTH = 8;
const MAX_ELEMENTS = 100;
const MAX_NAME = 60;
const MAX_UNKNOWN = 10;

/** The counts of an object that are read, and their parts that have the price of the whole. */
export interface KnownCounts {
  readonly counts: ReadonlySet<string>;
  /** Nested objects by name; `undefined` for those that are ignored. */
  readonly objects: ReadonlyMap<string, KnownCounts | undefined>;
}

/** Describes the known counts at one level of a usage. The same name at another level is unknown. */
export function knownCounts(
  counts: readonly string[],
  objects: Readonly<Record<string, KnownCounts | undefined>> = {},
): KnownCounts {
  return { counts: new Set(counts), objects: new Map(Object.entries(objects)) };
}

/** Whether a number of this name counts something that a provider may bill: `smell_tokens`, `web_search_requests`. */
export function isUnitName(name: string): boolean {
  return name.length <= MAX_NAME && UNIT_NAME.test(name);
}

/**
 * Finds the counts of a usage that are unknown at their level, such as `{ 'input_tokens_details.smell_tokens': 7 }`.
 * These are numbers above zero, also as strings, whose name is that of a unit, and all numbers in an object or array
 * with such a name. A known count, or a known object of counts, that cannot be read gives one unit: `{
 * 'unreadable_prompt_tokens': 1 }`. `undefined` if there are none.
 */
export function unknownUnits(usage: unknown, known: KnownCounts): Record<string, number> | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  return collect(usage, '', 0, known, false, undefined)?.units;
}

/** The unknown units found so far. */
interface Found {
  readonly units: Record<string, number>;
  count: number;
}

/** Collects unknown units. Creates the result object only if there is one, because most usages have none. */
function collect(
  value: object,
  path: string,
  depth: number,
  known: KnownCounts | undefined,
  isCounting: boolean,
  before: Found | undefined,
): Found | undefined {
  const elements = Array.isArray(value) ? MAX_ELEMENTS : Number.POSITIVE_INFINITY;
  let found = before;
  let index = 0;
  for (const name in value) {
    if ((index += 1) > elements) break;
    const child = (value as Record<string, unknown>)[name];
    if (child === null || child === undefined) continue;
    found =
      typeof child === 'object' && known?.counts.has(name) !== true
        ? collectInside(child, name, path, depth, known, isCounting, found)
        : addCount(child, name, path, known, isCounting, found);
  }
  return found;
}

function collectInside(
  child: object,
  name: string,
  path: string,
  depth: number,
  known: KnownCounts | undefined,
  isCounting: boolean,
  found: Found | undefined,
): Found | undefined {
  const inner = known?.objects.get(name);
  const isIgnored = inner === undefined && known?.objects.has(name) === true;
  if (isIgnored || depth >= MAX_DEPTH) return found;
  const innerPath = path === '' ? ending(name) : `${path}.${ending(name)}`;
  return collect(child, innerPath, depth + 1, inner, isCounting || isCountingName(ending(name)), found);
}

function addCount(
  value: unknown,
  name: string,
  path: string,
  known: KnownCounts | undefined,
  isCounting: boolean,
  found: Found | undefined,
): Found | undefined {
  if (known?.counts.has(name) === true) {
    return isReadable(value, name) ? found : add(found, unitPath(path, `unreadable_${name}`), 1);
  }
  if (known?.objects.get(name) !== undefined) return add(found, unitPath(path, `unreadable_${name}`), 1);
  return isAboveZero(value) && isUnit(name, isCounting)
    ? add(found, unitPath(path, name), Math.min(Number(value), Number.MAX_SAFE_INTEGER))
    : found;
}

function isUnit(name: string, isCounting: boolean): boolean {
  const end = ending(name);
  if (SPEED_NAME.test(end)) return false;
  if (UNIT_NAME.test(end)) return true;
  return (isCounting || COUNTING_NAME.test(end) || COUNT_NAME.test(end)) && !MEASURE_NAME.test(end);
}

/** Whether every number in an object or array of this name is a count: `tokens_by_kind`, `video_seconds: [3, 4]`. */
function isCountingName(name: string): boolean {
  return COUNTING_NAME.test(name) || (UNIT_NAME.test(name) && !SPEED_NAME.test(name));
}

/** Shortens a name that is too long to be a real one. Keeps its end, which says what it counts. */
function ending(name: string): string {
  return name.length <= MAX_NAME ? name : name.slice(-MAX_NAME);
}

/** Whether a count is a whole number of 0 or more; seconds may have decimals. */
function isReadable(count: unknown, name: string): boolean {
  return typeof count === 'number' && count >= 0 && (Number.isSafeInteger(count) || name.endsWith('seconds'));
}

function isAboveZero(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return value > 0;
  return (
    typeof value === 'string' &&
    value.length <= MAX_NAME &&
    /^\d+(?:\.\d+)?$/.test(value) &&
    Number(value) > 0
  );
}

function add(before: Found | undefined, path: string, units: number): Found {
  const found = before ?? { units: {}, count: 0 };
  if (found.count >= MAX_UNKNOWN) return found;
  found.count += 1;
  found.units[path] = units;
  return found;
}

/**
 * The path of a unit in the answer. An underscore, or a prefix that no field has, distinguishes it from the fields of
 * `Usage`, also as an attribute.
 */
function unitPath(path: string, name: string): string {
  const snake = ending(name).replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const whole = path === '' ? snake : `${path}.${snake}`;
  const field = snake.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
  const isOwn = path === '' && Object.hasOwn(USAGE_FIELDS, field);
  return whole.includes('_') && !isOwn ? whole : `unknown_${whole}`;
}
