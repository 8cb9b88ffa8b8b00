/** What Vitest runs once before all tests. */
import { buildAllPackages } from './build-packages.mjs';
import { useMemoryFolder } from './memory-folder.mjs';

/** Vitest calls `setup` for each of its projects, in one process but with a copy of this module each. */
const SET_UP = Symbol.for('userspan.test.set-up');

export async function setup() {
  if (globalThis[SET_UP] === true) return undefined;
  globalThis[SET_UP] = true;
  await buildAllPackages();
  return useMemoryFolder();
}
