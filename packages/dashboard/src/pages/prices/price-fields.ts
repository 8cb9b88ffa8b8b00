/** The kinds of tokens that can have a price, in US dollars per million. */
export const priceFields = [
  { name: 'input', label: 'Input', hint: '' },
  { name: 'output', label: 'Output', hint: '' },
  { name: 'cachedInput', label: 'Cached input', hint: 'as input' },
  { name: 'cacheWriteInput', label: 'Cache write', hint: 'as input' },
  { name: 'reasoningOutput', label: 'Reasoning', hint: 'as output' },
  { name: 'audioInput', label: 'Audio input', hint: 'unpriced' },
  { name: 'audioOutput', label: 'Audio output', hint: 'unpriced' },
] as const;

export function priceFieldLabel(name: string): string {
  return priceFields.find((field) => field.name === name)?.label ?? name;
}

/** Returns the amounts of a form as exact decimal strings for the API; undefined if one is invalid or all are empty. */
export function readAmounts(
  form: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const given = Object.entries(form)
    .map(([name, text]) => [name, text.trim().replace(/^\$/u, '')] as const)
    .filter(([, text]) => text !== '');
  if (given.length === 0 || given.some(([, text]) => !/^\d{1,12}(?:\.\d{1,18})?$/u.test(text)))
    return undefined;
  return Object.fromEntries(given);
}
