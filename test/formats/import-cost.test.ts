import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

/** Measures what importing the packed `@userspan/pricing` adds to the start of a process. */
const MAX_MS = 5;
const MAX_KB = 132;
const ROUNDS = 9;

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'packages/pricing/dist');
const nodes = createRequire(join(root, 'test/nodes/package.json'));

/** Milliseconds of processor time, because on a busy machine the elapsed time includes other processes. */
const IMPORT = `const from = process.cpuUsage();
  await import(process.argv[1]);
  const { user, system } = process.cpuUsage(from);
  console.log((user + system) / 1000);`;

async function importMs(node: string, module: string): Promise<number> {
  const { stdout } = await promisify(execFile)(node, ['--input-type=module', '--eval', IMPORT, module]);
  return Number(stdout);
}

const empty = fileURLToPath(new URL('apps/empty.mjs', import.meta.url));

// New processes, in turn with processes that import an empty module. The minimum of each has the least disturbance.
test.each([
  ['Node that runs the tests', process.execPath],
  ['Node 24', join(dirname(nodes.resolve('node-24/package.json')), 'bin/node')],
])('importing @userspan/pricing takes at most 5 ms: %s', { retry: 2 }, async (_, node) => {
  const least = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, module] of [empty, join(dist, 'index.js')].entries()) {
      least[at] = Math.min(least[at] ?? Infinity, await importMs(node, pathToFileURL(module).href));
    }
  }
  const [ofEmpty = 0, own = Infinity] = least;
  expect(own - ofEmpty).toBeLessThanOrEqual(MAX_MS);
});

test('@userspan/pricing is one module of at most 132 KB', () => {
  const module = readFileSync(join(dist, 'index.js'));
  expect(/^import\b|\bfrom\s*"\.|\bimport\(/m.exec(module.toString())).toBeNull();
  expect(module.byteLength).toBeLessThanOrEqual(MAX_KB * 1_000);
});
