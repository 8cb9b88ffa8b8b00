import { readFileSync } from 'node:fs';
import type * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import threads from 'node:worker_threads';

/** Environment variables, as read: a name that is set to nothing counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place in this package that reads `process.env`. */
export function readEnvironment(): Environment {
  return process.env;
}

/** Reads a file that a variable names. Throws with the variable, the path and the reason when it cannot. */
export function readNamedFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`userspan: ${variable} names ${path}, which cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The process that the spans come from, as far as its exit concerns us. */
export function currentProcess(): NodeJS.Process {
  return process;
}

/**
 * Whether this is the thread in which Node runs loader hooks. It loads the modules of `--require` too, and has no app.
 *
 * Node 20 does not tell; there, only that thread has no port to a parent. The module is imported by default: webpack makes
 * a named import of each property of a namespace, and Node 20 refuses to link one that it does not have.
 */
export function isHookThread(): boolean {
  const { isInternalThread } = threads as { readonly isInternalThread?: boolean };
  return isInternalThread ?? (!threads.isMainThread && threads.parentPort === null);
}

/** `node:http` or `node:https`, loaded when it is first used: instrumentations want to see it load. */
export function builtinModule(name: 'node:http' | 'node:https'): Pick<typeof https, 'request' | 'Agent'> {
  return process.getBuiltinModule(name as 'node:https');
}

/** The `lookup` of `node:dns`, as it is at the time of the call: instrumentations replace it. */
export const lookupAddress: LookupFunction = (hostname, options, callback) => {
  process.getBuiltinModule('node:dns').lookup(hostname, options, callback);
};

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
