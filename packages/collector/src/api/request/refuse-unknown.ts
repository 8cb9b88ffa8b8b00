import { closest } from 'fastest-levenshtein';
import type { FastifyInstance } from 'fastify';

import { Problem } from '../response/problem.ts';

interface QuerySchema {
  readonly querystring?: { readonly properties?: Readonly<Record<string, unknown>> };
}

/** Whether a route with these parameters also takes `prop.KEY`: those that filter users do. */
export function takesProperties(names: readonly string[]): boolean {
  return names.includes('q') && names.includes('group');
}

/**
 * Answers 400 to a query parameter that the route does not know, with the name that was probably meant: ignoring a
 * misspelt filter would answer with unfiltered figures.
 */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema as QuerySchema | undefined;
    const known = Object.keys(schema?.querystring?.properties ?? {});
    for (const name of Object.keys(request.query as object)) {
      if (known.includes(name) || (name.startsWith('prop.') && takesProperties(known))) {
        continue;
      }
      throw new Problem(400, messageFor(name, known));
    }
  });
}

function messageFor(name: string, known: readonly string[]): string {
  const unknown = `There is no parameter ${JSON.stringify(name.slice(0, 64))} here`;
  if (known.length === 0) {
    return `${unknown}: this route takes none.`;
  }
  return `${unknown}; did you mean ${closest(name.slice(0, 64), known)}? It takes ${known.join(', ')}.`;
}
