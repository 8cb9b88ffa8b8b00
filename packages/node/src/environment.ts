import { readFileSync } from 'node:fs';

/** Environment variables, as read: a name that is set to nothing counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place in this package that reads `process.env`. */
export function readEnvironment(): Environment {
  return process.env;
}

/** Reads the JSON file that `USERSPAN_PRICES` names. Throws with the path and the reason when it cannot. */
export function readPricesFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`USERSPAN_PRICES names ${path}, which cannot be read as JSON: ${reason}`, {
      cause: error,
    });
  }
}

/** The process that the spans come from, as far as its exit concerns us. */
export function currentProcess(): NodeJS.Process {
  return process;
}
