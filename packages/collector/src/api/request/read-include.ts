import { closest } from 'fastest-levenshtein';

import { Problem } from '../response/problem.ts';

/** Reads a list with commas such as `trend,median`; 400 for what is none of `known`, with the name that was probably meant. */
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
