import { env } from 'node:process';

/** Environment variables, as read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place in this package that reads the environment, once at set-up. */
export function readEnvironment(): Environment {
  return env;
}
