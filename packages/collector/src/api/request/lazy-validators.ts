import nodeModule from 'node:module';

import type AjvCompiler from '@fastify/ajv-compiler';
import type { FastifySchemaCompiler } from 'fastify';

const load = nodeModule.createRequire(import.meta.url);
let compilers: ReturnType<typeof AjvCompiler> | undefined;
const OPTIONS = { customOptions: {} };

/**
 * Fastify's own validation of requests, but each schema is compiled when the first request needs it. To compile those of
 * all routes took a third of the CPU time of a start.
 */
export function lazyValidators(): FastifySchemaCompiler<unknown> {
  return (route) => {
    let validate: ReturnType<ReturnType<typeof compiler>> | undefined;
    return (data: unknown) => {
      validate ??= compiler()(route);
      return validate(data) === true ? true : { error: validate.errors ?? [] };
    };
  };
}

/** The compiler, which is loaded when the first request needs it. It creates one and returns the same one afterwards. */
function compiler(): ReturnType<ReturnType<typeof AjvCompiler>> {
  compilers ??= (load('@fastify/ajv-compiler') as typeof AjvCompiler)();
  return compilers({}, OPTIONS);
}
