import { jsonText } from './json-text.ts';

/** Converts the value of a property or attribute to text; structures become JSON. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return jsonText(value);
}
