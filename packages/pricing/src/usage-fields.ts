/** Own or inherited property of anything; `undefined` where there is none. May throw where a getter does. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A count of tokens or calls: a safe integer from 0 up. Anything else is not known. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
}

/** A measure that may be broken, such as seconds. */
export function measureOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value + 0 : undefined;
}

/** A usage without the fields that are not known. */
export function known<T extends object>(usage: { [K in keyof T]: T[K] | undefined }): T {
  const result: Record<string, unknown> = {};
  for (const name in usage) if (usage[name] !== undefined) result[name] = usage[name];
  return result as T;
}
