import { takesProperties } from '../request/refuse-unknown.ts';
import type { FastifyInstance, RouteOptions } from 'fastify';

import type { Shape } from './shapes.ts';

interface RouteSchema {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly querystring?: {
    readonly properties?: Readonly<Record<string, Shape>>;
    readonly required?: readonly string[];
  };
  readonly params?: { readonly properties?: Readonly<Record<string, Shape>> };
  readonly body?: Shape;
  readonly requestBody?: Shape;
  readonly response?: Readonly<Record<string, Shape>>;
}

const PROBLEM: Shape = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail'],
};

const PROBLEM_ANSWER: Shape = {
  description: 'What went wrong (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function parametersOf({ querystring, params }: RouteSchema): Shape[] {
  const path = Object.entries(params?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema,
  }));
  const query = Object.entries(querystring?.properties ?? {}).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: (querystring?.required?.includes(name) ?? false) && schema['default'] === undefined,
    ...(description === undefined ? {} : { description }),
    schema,
  }));
  const isOfUsers = takesProperties(Object.keys(querystring?.properties ?? {}));
  const props = {
    name: 'prop',
    in: 'query',
    style: 'deepObject',
    description: '`prop.KEY=value`: users whose property KEY has this value. Can be repeated.',
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  };
  return [...path, ...query, ...(isOfUsers ? [props] : [])];
}

function answerOf(schema: Shape): Shape {
  const { description, 'x-content-type': contentType, ...shape } = schema;
  const properties = shape['properties'] as Readonly<Record<string, Shape>> | undefined;
  const isList = properties !== undefined && Object.hasOwn(properties, 'nextCursor');
  const type = typeof contentType === 'string' ? contentType : 'application/json';
  return {
    description: description ?? 'The answer.',
    content: {
      [type]: { schema: shape },
      ...(isList
        ? {
            'text/csv': { schema: { type: 'string', description: 'The whole list with a header line.' } },
            'application/x-ndjson': {
              schema: { type: 'string', description: 'The whole list, one row per line.' },
            },
          }
        : {}),
    },
  };
}

function operationOf(route: RouteOptions): Shape {
  const schema = (route.schema ?? {}) as RouteSchema;
  const responses = Object.entries(schema.response ?? {}).map(([status, shape]) => [status, answerOf(shape)]);
  return {
    operationId: schema.operationId,
    summary: schema.summary,
    ...(schema.description === undefined ? {} : { description: schema.description }),
    parameters: parametersOf(schema),
    ...(schema.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schema.requestBody ?? schema.body } },
          },
        }),
    responses: { ...Object.fromEntries(responses), default: PROBLEM_ANSWER },
    security: [{ token: [] }],
    'x-userspan-permission': route.config?.permission ?? 'admin',
  };
}

/**
 * Serves the document of all routes that are registered after this. It is created from the schemas that check requests.
 */
export function openApiRoute(app: FastifyInstance): void {
  const paths: Record<string, Record<string, Shape>> = {};
  const seen = new Set<string>();
  let text: string | undefined;
  app.addHook('onRoute', (route) => {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    for (const method of [route.method].flat()) {
      if (method === 'HEAD' || seen.has(`${method} ${path}`)) continue;
      seen.add(`${method} ${path}`);
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(route) };
    }
  });
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { permission: 'read' },
    schema: {
      operationId: 'readOpenApi',
      summary: 'This document',
      response: { 200: { type: 'object' } },
    },
    handler: (_request, reply) => {
      // One text for all requests: every one of them would make hundreds of kilobytes.
      text ??= JSON.stringify(documentOf(paths));
      return reply.type('application/json; charset=utf-8').send(text);
    },
  });
}

function documentOf(paths: object): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Userspan',
      version: '1',
      description: 'Who each LLM call was for, and what it cost. Times are UTC, money is US dollars.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}
