import { distance } from 'fastest-levenshtein';
import type { FastifyInstance } from 'fastify';

import { Problem } from '../response/problem.ts';

interface RouteSchema {
  readonly querystring?: ObjectSchema;
  readonly body?: ObjectSchema;
}

interface ObjectSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, ObjectSchema>>;
  readonly additionalProperties?: unknown;
}

/**
 * Names of parameters in other APIs that are too different to be recognized by spelling. In lower case, without `_` and
 * `-`.
 */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  tz: ['timezone', 'zone'],
  from: ['start', 'since', 'after', 'startdate', 'starttime'],
  to: ['end', 'until', 'before', 'enddate', 'endtime'],
  q: ['query', 'search'],
  limit: ['pagesize', 'perpage', 'count'],
  bucket: ['interval', 'granularity'],
};

/** Any property of users. A name without a point is compared with its first part only. */
const ANY_PROPERTY = 'prop.KEY';

/** Whether a route with these parameters also accepts `prop.KEY`, as those with filters of users do. */
export function takesProperties(names: readonly string[]): boolean {
  return names.includes('q') && names.includes('group');
}

/**
 * Answers 400 for unknown query parameters and body fields, with a suggestion, and for parameters that are given more than
 * once and take one value. Ignoring a misspelt filter would return unfiltered figures, or change more than intended.
 */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema as RouteSchema | undefined;
    const known = Object.keys(schema?.querystring?.properties ?? {});
    for (const [name, value] of Object.entries(request.query as object)) {
      if (known.includes(name)) {
        const { type } = schema?.querystring?.properties?.[name] ?? {};
        if (!Array.isArray(value) || type === 'array') continue;
        throw new Problem(400, `The parameter ${name} is given ${value.length} times; it takes one value.`);
      }
      if (name.startsWith('prop.') && takesProperties(known)) continue;
      const place = known.length === 0 ? ': this route takes none' : '';
      const names = takesProperties(known) ? [...known, propertyMeant(name)] : known;
      throw new Problem(400, messageFor(`There is no parameter ${shown(name)} here${place}`, name, names));
    }
    refuseUnknownFields(schema?.body, request.body, 'The body');
  });
}

/** The parameter for a property of users that is most like a name: `prop.plan` for `props.plan` or `plan`. */
function propertyMeant(name: string): string {
  const key = name.slice(name.indexOf('.') + 1).slice(0, 64);
  return name.includes('.') && key !== '' ? `prop.${key}` : ANY_PROPERTY;
}

/** Refuses unknown fields, which the validation would silently drop. */
function refuseUnknownFields(schema: ObjectSchema | undefined, value: unknown, where: string): void {
  const { properties, additionalProperties } = schema ?? {};
  if (properties === undefined || typeof value !== 'object' || value === null) return;
  const known = Object.keys(properties);
  for (const [name, field] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) refuseUnknownFields(properties[name], field, name);
    else if (additionalProperties === false)
      throw new Problem(400, messageFor(`${where} has no property ${shown(name)}`, name, known));
  }
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}

function messageFor(unknown: string, name: string, known: readonly string[]): string {
  if (known.length === 0) return `${unknown}.`;
  return `${unknown}; did you mean ${probablyMeant(name.slice(0, 64), known)}? It takes ${known.join(', ')}.`;
}

function probablyMeant(name: string, known: readonly string[]): string {
  const plain = name.toLowerCase().replaceAll(/[_-]/gu, '');
  const synonym = known.find((one) => SYNONYMS[one]?.includes(plain) === true);
  if (synonym !== undefined) return synonym;
  const far = (one: string): number => distance(name, one === ANY_PROPERTY ? 'prop' : one);
  return known.reduce((nearest, one) => (far(one) < far(nearest) ? one : nearest));
}
