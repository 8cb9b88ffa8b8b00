import type { Type as TypeBox } from 'typebox';

/** The builders of schemas that the routes use. */
type Builders = Pick<
  typeof TypeBox,
  'Array' | 'Boolean' | 'Enum' | 'Integer' | 'Object' | 'Optional' | 'String'
>;

type Schema = Readonly<Record<string, unknown>>;

/** Schemas of properties that a request can leave out. */
const optional = new WeakSet<object>();

/**
 * TypeBox's builders of JSON schemas, with its types. TypeBox itself is 370 modules, a fifth of the CPU time of loading
 * the collector, for a few object literals. `schema.test.ts` compares the two.
 */
export const Type: Builders = {
  Array: (items: Schema, options?: object) => ({ type: 'array', items, ...options }),
  Boolean: (options?: object) => ({ type: 'boolean', ...options }),
  Enum: (values: readonly unknown[], options?: object) => ({ enum: values, ...options }),
  Integer: (options?: object) => ({ type: 'integer', ...options }),
  Object: (properties: Readonly<Record<string, Schema>>, options?: object) => {
    const required = Object.keys(properties).filter((name) => !optional.has(properties[name] ?? {}));
    return { type: 'object', ...(required.length > 0 ? { required } : {}), properties, ...options };
  },
  Optional: (schema: Schema) => {
    const copy = { ...schema };
    optional.add(copy);
    return copy;
  },
  String: (options?: object) => ({ type: 'string', ...options }),
} as never;
