import { toWellFormed } from './well-formed.ts';

const MAX_DEPTH = 8;
const MAX_ITEMS = 1000;
const MAX_TEXT = 16_384;
/** Longest JSON that is kept, in UTF-16 units. */
const MAX_JSON = 65_536;

/**
 * Writes any value as JSON without ever throwing, looping or growing past a bound.
 *
 * What JSON has no word for becomes what can be said of it: `"[circular]"`, `"[function]"`, `"12n"`; deep, long and many
 * things are cut and say so. Undefined for `undefined`, and where even the cut value is longer than 65,536 characters.
 */
export function boundedJson(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    const json = JSON.stringify(plain(value, { items: 0, path: [] }));
    return json.length > MAX_JSON ? undefined : json;
  } catch {
    return undefined;
  }
}

/** A text of at most 16,384 characters, well-formed; a longer one is cut and says so. */
export function cutText(text: string): string {
  return toWellFormed(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… [cut]` : text);
}

interface Walk {
  items: number;
  readonly path: object[];
}

function plain(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return cutText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
    case 'undefined':
      return value;
    case 'bigint':
      return `${value}n`;
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    default:
      return value === null ? null : plainObject(value as object, walk);
  }
}

function plainObject(value: object, walk: Walk): unknown {
  if (walk.path.includes(value)) return '[circular]';
  if (walk.path.length === MAX_DEPTH) return '[deep]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  walk.path.push(value);
  try {
    return Array.isArray(value)
      ? plainList(value, walk)
      : plainRecord(value as Record<string, unknown>, walk);
  } finally {
    walk.path.pop();
  }
}

function plainList(list: readonly unknown[], walk: Walk): unknown[] {
  const out: unknown[] = [];
  for (const item of list) {
    if ((walk.items += 1) > MAX_ITEMS) {
      out.push('… [cut]');
      break;
    }
    out.push(plain(item, walk) ?? null);
  }
  return out;
}

function plainRecord(record: Record<string, unknown>, walk: Walk): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    if ((walk.items += 1) > MAX_ITEMS) {
      out['…'] = '[cut]';
      break;
    }
    // Defined, not assigned: `__proto__` is a name like any other.
    Object.defineProperty(out, toWellFormed(key), {
      value: plain(record[key], walk),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return out;
}
