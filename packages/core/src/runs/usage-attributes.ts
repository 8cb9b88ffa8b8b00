import type { Attributes, Span } from '@opentelemetry/api';

import {
  ATTR_CACHE_CREATION_TOKENS,
  ATTR_CACHE_READ_TOKENS,
  ATTR_INPUT_TOKENS,
  ATTR_OUTPUT_TOKENS,
  ATTR_REASONING_TOKENS,
  ATTR_USAGE_ESTIMATED,
  USAGE_PREFIX,
} from '../semconv.ts';

/** Any object of counts with the field names of `Usage` in `@userspan/pricing`; unknown fields pass through. */
export type UsageFields = Readonly<Record<string, number | string | undefined>>;

/** The fields that the conventions have names for. */
const NAMED: readonly (readonly [string, string])[] = [
  ['inputTokens', ATTR_INPUT_TOKENS],
  ['outputTokens', ATTR_OUTPUT_TOKENS],
  ['cachedInputTokens', ATTR_CACHE_READ_TOKENS],
  ['cacheWriteInputTokens', ATTR_CACHE_CREATION_TOKENS],
  ['reasoningOutputTokens', ATTR_REASONING_TOKENS],
];
/** The fields that hold a string and not a count. */
const WORDS: ReadonlySet<string> = new Set(['imageSize', 'imageQuality', 'imageToolModel', 'svgModel']);
const FIELDS: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ NAMED.map(([field, name]) => [name, field]),
);

const attributeNames = /* @__PURE__ */ new Map(NAMED);

/** The attributes for the counts of one call. Unknown fields are left out. */
export function usageAttributes(usage: object): Attributes {
  const attributes: Record<string, number | string> = {};
  // Unlike `Object.keys`, this creates no array. It runs for every call.
  for (const field in usage) {
    if (!Object.hasOwn(usage, field)) continue;
    const value = usageValue(field, (usage as UsageFields)[field]);
    if (value !== undefined) attributes[usageAttribute(field)] = value;
  }
  return attributes;
}

/** Writes the attributes of `usageAttributes` on a span without creating an object for them. */
export function setUsage(span: Span, usage: object): void {
  for (const field in usage) {
    if (!Object.hasOwn(usage, field)) continue;
    const value = usageValue(field, (usage as UsageFields)[field]);
    if (value !== undefined) span.setAttribute(usageAttribute(field), value);
  }
}

/** Reads the counts of one call back from its attributes: an object of the shape `Usage` of `@userspan/pricing`. */
export function usageFromAttributes(
  attributes: Readonly<Record<string, unknown>>,
): Record<string, number | string> {
  const usage: Record<string, number | string> = {};
  for (const name of Object.keys(attributes)) {
    const field = usageField(name);
    if (field === undefined) continue;
    const value = usageValue(field, attributes[name]);
    if (value !== undefined) usage[field] = value;
  }
  return usage;
}

function usageValue(field: string, raw: unknown): number | string | undefined {
  if (WORDS.has(field)) return typeof raw === 'string' ? raw : undefined;
  const value = typeof raw === 'bigint' ? Number(raw) : raw;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function usageAttribute(field: string): string {
  let name = attributeNames.get(field);
  if (name === undefined) {
    name = USAGE_PREFIX + field.replaceAll(/[A-Z]|(?<=[a-z])\d/g, (letter) => `_${letter.toLowerCase()}`);
    if (attributeNames.size < 128) attributeNames.set(field, name);
  }
  return name;
}

function usageField(name: string): string | undefined {
  const named = FIELDS.get(name);
  if (named !== undefined) return named;
  if (!name.startsWith(USAGE_PREFIX) || name === ATTR_USAGE_ESTIMATED) return undefined;
  const field = name.slice(USAGE_PREFIX.length);
  return field.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
