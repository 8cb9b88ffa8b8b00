import { Problem } from '../response/problem.ts';

/** What a parser throws, as the answer to a request: 400 with its message. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TypeError) throw new Problem(400, `${error.message}.`);
    throw error;
  }
}
