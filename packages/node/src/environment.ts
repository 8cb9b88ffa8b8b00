import { readFileSync } from 'node:fs';
import type * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import threads from 'node:worker_threads';

/** Environment variables. An empty variable counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place in this package that reads `process.env`. */
export function readEnvironment(): Environment {
  return process.env;
}

/** Reads a file that a variable names. Throws an error with the variable, the path and the reason. */
export function readNamedFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`userspan: ${variable} names ${path}, which cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The current process, for handling its exit. */
export function currentProcess(): NodeJS.Process {
  return process;
}

/**
 * Whether this is the thread in which Node runs loader hooks. It also loads the modules of `--require`, but has no app.
 *
 * Node 20 has no API for this; there, this is the only worker thread without a port to a parent. Uses the default
 * import, because webpack turns properties of a namespace into named imports, and Node 20 fails to link missing ones.
 */
export function isHookThread(): boolean {
  const { isInternalThread } = threads as { readonly isInternalThread?: boolean };
  return isInternalThread ?? (!threads.isMainThread && threads.parentPort === null);
}

/** `node:http` or `node:https`, loaded on first use, so that instrumentations can patch it when it loads. */
export function builtinModule(name: 'node:http' | 'node:https'): Pick<typeof https, 'request' | 'Agent'> {
  return process.getBuiltinModule(name as 'node:https');
}

/** The current `lookup` of `node:dns`, which instrumentations may replace. */
export const lookupAddress: LookupFunction = (hostname, options, callback) => {
  process.getBuiltinModule('node:dns').lookup(hostname, options, callback);
};

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
