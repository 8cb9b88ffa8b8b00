import { Problem } from '../response/problem.ts';

/** Runs a parser and converts its error to a 400 with the same message. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TypeError) throw new Problem(400, `${error.message}.`);
    throw error;
  }
}
