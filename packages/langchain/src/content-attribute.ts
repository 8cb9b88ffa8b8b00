import type { Attributes } from '@opentelemetry/api';
import { boundedJson } from '@userspan/core/internal';

/** A value as an attribute: a text as it is, anything else as bounded JSON; nothing where it has none. */
export function contentAttribute(name: string, value: unknown): Attributes {
  const json = boundedJson(value);
  if (json === undefined) return {};
  return { [name]: typeof value === 'string' ? (JSON.parse(json) as string) : json };
}
