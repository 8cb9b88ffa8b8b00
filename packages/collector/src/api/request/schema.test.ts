import { Type as TypeBox } from 'typebox';
import { expect, test } from 'vitest';

import { Type } from './schema.ts';

type Builders = typeof Type;

const name = (t: Builders) => t.String({ maxLength: 3, description: 'A name.' });

test.each<[string, (t: Builders) => object]>([
  ['String', (t) => t.String()],
  ['String with options', name],
  ['Integer', (t) => t.Integer({ minimum: 1, default: 50 })],
  ['Boolean', (t) => t.Boolean({ default: false })],
  ['Array', (t) => t.Array(t.String(), { description: 'Can be repeated.' })],
  ['Enum', (t) => t.Enum(['asc', 'desc'], { default: 'asc' })],
  ['Optional', (t) => t.Optional(name(t))],
  ['Object without properties', (t) => t.Object({})],
  ['Object with required and optional properties', (t) => t.Object({ a: name(t), b: t.Optional(name(t)) })],
  ['Object with only optional properties', (t) => t.Object({ b: t.Optional(t.Integer()) })],
  ['Object with options', (t) => t.Object({ a: t.Boolean() }, { additionalProperties: false })],
  ['Object in an object', (t) => t.Object({ a: t.Object({ b: t.Optional(t.Boolean()) }) })],
  [
    'Object of a schema that is optional in another',
    (t) => {
      const schema = name(t);
      return t.Object({ inner: t.Object({ a: t.Optional(schema) }), a: schema });
    },
  ],
])('%s is the schema of TypeBox', (_, schemaOf) => {
  expect(JSON.stringify(schemaOf(Type))).toBe(JSON.stringify(schemaOf(TypeBox)));
});
