import { listOf, objectOf } from './http/json.ts';

/** The smallest value that a JSON schema accepts: what this server's model "thinks up" for tools and JSON answers. */
export function exampleOf(schema: unknown, prompt: string): unknown {
  const { type, enum: values, const: constant, properties, items, anyOf } = objectOf(schema);
  if (constant !== undefined) return constant;
  if (Array.isArray(values)) return values[0] as unknown;
  if (Array.isArray(anyOf)) return exampleOf(anyOf[0], prompt);
  switch (Array.isArray(type) ? (type[0] as unknown) : type) {
    case 'object': {
      const entries = Object.entries(objectOf(properties));
      return Object.fromEntries(entries.map(([name, value]) => [name, exampleOf(value, prompt)]));
    }
    case 'array':
      return listOf(items === undefined ? [] : [exampleOf(items, prompt)]);
    case 'integer':
    case 'number':
      return Number(/\d+/.exec(prompt)?.[0] ?? 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return /\b(?:in|of|for|about) ([A-Z]\w+)/.exec(prompt)?.[1] ?? 'example';
  }
}
