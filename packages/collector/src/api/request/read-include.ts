import { closest } from 'fastest-levenshtein';

import { Problem } from '../response/problem.ts';

/** Reads a comma-separated list such as `trend,median`; answers 400 for an unknown name, with a suggestion. */
export function readInclude<Name extends string>(
  text: string | undefined,
  known: readonly Name[],
): Set<Name> {
  const names = (text ?? '').split(',').filter((name) => name !== '');
  for (const name of names) {
    if ((known as readonly string[]).includes(name)) continue;
    throw new Problem(
      400,
      `include has no ${JSON.stringify(name.slice(0, 64))}; did you mean ${closest(name.slice(0, 64), known)}? It takes ${known.join(', ')}.`,
    );
  }
  return new Set(names as Name[]);
}
