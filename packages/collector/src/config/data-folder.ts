import { statSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

import { readDataHomes } from './environment.ts';

/** The data folder that is used without `--data`. */
export interface DefaultDataFolder {
  /** Absolute. */
  readonly path: string;
  /** Message for the operator if the folder is not the platform's default: why, and what to do. */
  readonly note?: string;
}

/** Inputs of the default. */
export interface DataFolderPlace {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly cwd: string;
  /** `XDG_DATA_HOME`, and on Windows `LOCALAPPDATA`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Data folder of versions before 0.1, in the current directory. */
const FORMER = '.userspan';

/**
 * The data folder of the platform's convention: `$XDG_DATA_HOME/userspan` or `~/.local/share/userspan`, on macOS
 * `~/Library/Application Support/userspan`, on Windows `%LOCALAPPDATA%\userspan`. A folder `.userspan` with data in the
 * current directory is used instead, as earlier versions did.
 */
export function defaultDataFolder(place: DataFolderPlace = thisPlace()): DefaultDataFolder {
  const path = conventionalFolder(place);
  const former = join(place.cwd, FORMER);
  if (!isDataFolder(former)) {
    return { path };
  }
  const both = isDataFolder(path) ? `; there is another one with data at ${path}, which is not used` : '';
  return {
    path: former,
    note: `found in the current directory${both}. To use it from any directory, stop the collector, move it to ${path}, or pass --data`,
  };
}

function conventionalFolder({ platform, home, variables }: DataFolderPlace): string {
  if (platform === 'darwin') {
    return join(home, 'Library', 'Application Support', 'userspan');
  }
  const [name, otherwise] =
    platform === 'win32'
      ? (['LOCALAPPDATA', ['AppData', 'Local']] as const)
      : (['XDG_DATA_HOME', ['.local', 'share']] as const);
  const base = variables[name];
  // The specification of XDG says to ignore a relative path.
  return join(base !== undefined && isAbsolute(base) ? base : join(home, ...otherwise), 'userspan');
}

/** Whether a collector has written to the folder. An empty folder or a file with that name is ignored. */
function isDataFolder(path: string): boolean {
  try {
    return statSync(join(path, 'log')).isDirectory();
  } catch {
    return false;
  }
}

function thisPlace(): DataFolderPlace {
  return {
    platform: platform(),
    home: homedir(),
    cwd: resolve('.'),
    variables: readDataHomes(),
  };
}
