import type { Attributes } from '@opentelemetry/api';
import { boundedJson } from '@userspan/core/internal';

/** An attribute for a value: strings unchanged, other values as bounded JSON. Empty if the value has no JSON. */
export function contentAttribute(name: string, value: unknown): Attributes {
  const json = boundedJson(value);
  if (json === undefined) return {};
  return { [name]: typeof value === 'string' ? (JSON.parse(json) as string) : json };
}
