import { USAGE_FIELDS } from './usage.ts';

const UNIT_NAME =
  /(?:tokens?|token_?counts?|requests|seconds|minutes|hours|images|frames|pixels|megapixels|sessions|calls|characters|chars|words|pages|queries|searches|sources|credits|units|tools_used|sources_used)$/i;
/** Numbers that are counts, and objects in which every number is one: `video_tokens_hd`, `tokens_by_kind`. */
const COUNTING_NAME = /tokens?(?:_|[A-Z]|$)|units?$/;
/** Numbers that measure, or are amounts of money, and no units. */
const MEASURE_NAME =
  /(?:time|ms|latency|percent|percentage|ratio|rate|fraction|per_second|index|limit|max|cost|price|usd)$/i;
const MAX_DEPTH = 8;
const MAX_ELEMENTS = 100;
const MAX_NAME = 60;
const MAX_UNKNOWN = 10;

/** The counts of an object that are read, or that are parts of those and cost what the whole costs. */
export interface KnownCounts {
  readonly counts: ReadonlySet<string>;
  /** The objects in it, by name. `undefined` for one that is not looked into. */
  readonly objects: ReadonlyMap<string, KnownCounts | undefined>;
}

/** Describes the counts that are known at one place of a usage; a count of the same name elsewhere is not. */
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
 * Finds what a usage counts that is not known at its place: `{ 'input_tokens_details.smell_tokens': 7 }`. Names of units
 * count, and every number of an object or a list that has the name of tokens; numbers above zero only, also as texts.
 * A count that is known and cannot be read is one unit: `{ 'unreadable_prompt_tokens': 1 }`. `undefined` for none.
 */
export function unknownUnits(usage: unknown, known: KnownCounts): Record<string, number> | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  return collect(usage, '', 0, known, false, undefined)?.units;
}

/** What was found so far. */
interface Found {
  readonly units: Record<string, number>;
  count: number;
}

/** Nearly no usage has an unknown unit, so there is an object for them only where there is one. */
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
  return collect(child, innerPath, depth + 1, inner, isCounting || COUNTING_NAME.test(name), found);
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
  return isAboveZero(value) && isUnit(name, isCounting)
    ? add(found, unitPath(path, name), Math.min(Number(value), Number.MAX_SAFE_INTEGER))
    : found;
}

function isUnit(name: string, isCounting: boolean): boolean {
  const end = ending(name);
  return UNIT_NAME.test(end) || ((isCounting || COUNTING_NAME.test(end)) && !MEASURE_NAME.test(end));
}

/** A name that is longer than any of a provider is hostile; its end says what it counts. */
function ending(name: string): string {
  return name.length <= MAX_NAME ? name : name.slice(-MAX_NAME);
}

/** A whole number from 0 up; seconds may be broken. */
function isReadable(count: unknown, name: string): boolean {
  return typeof count === 'number' && count >= 0 && (Number.isSafeInteger(count) || name.endsWith('seconds'));
}

function isAboveZero(value: unknown): boolean {
  if (typeof value === 'number') return value > 0;
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

/** The path in the answer; an underscore, or a first word that no field has, tells it from the fields of `Usage`, also in an attribute. */
function unitPath(path: string, name: string): string {
  const snake = ending(name).replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const whole = path === '' ? snake : `${path}.${snake}`;
  const field = snake.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
  const isOwn = path === '' && Object.hasOwn(USAGE_FIELDS, field);
  return whole.includes('_') && !isOwn ? whole : `unknown_${whole}`;
}
