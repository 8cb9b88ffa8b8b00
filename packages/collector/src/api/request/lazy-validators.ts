import ajvCompiler from '@fastify/ajv-compiler';
import type { FastifySchemaCompiler } from 'fastify';

type Compile = ReturnType<ajvCompiler.BuildCompilerFromPool>;

/**
 * Fastify's own validation of requests, but each schema is compiled when the first request needs it. To compile those of
 * all routes took a third of the CPU time of a start.
 */
export function lazyValidators(): FastifySchemaCompiler<unknown> {
  let compile: Compile | undefined;
  return (route) => {
    let validate: ReturnType<Compile> | undefined;
    return (data: unknown) => {
      compile ??= ajvCompiler()({}, { customOptions: {} });
      validate ??= compile(route);
      return validate(data) === true ? true : { error: validate.errors ?? [] };
    };
  };
}
