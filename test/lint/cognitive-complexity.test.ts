import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const OXLINT = fileURLToPath(new URL('../../node_modules/.bin/oxlint', import.meta.url));
const PLUGIN = fileURLToPath(new URL('cognitive-complexity.mjs', import.meta.url));

const FUNCTIONS: readonly (readonly [name: string, source: string, complexity: number])[] = [
  ['no branch', 'function f(a) { return a; }', 0],
  ['a branch', 'function f(a) { if (a) return 1; return 2; }', 1],
  ['else if and else', 'function f(a, b) { if (a) return 1; else if (b) return 2; else return 3; }', 3],
  ['a branch in a loop', 'function f(list) { for (const a of list) if (a) return a; return 0; }', 3],
  ['a switch', 'function f(a) { switch (a) { case 1: return 1; case 2: return 2; default: return 3; } }', 1],
  ['a condition inside a condition', 'const f = (a, b) => (a ? (b ? 1 : 2) : 3);', 3],
  ['runs of operators', 'const f = (a, b, c, d) => a && b && (c || d);', 2],
  ['a default', 'const f = (a) => a ?? 1;', 0],
  ['a catch', 'function f(a) { try { return a(); } catch { return a ? 1 : 2; } }', 3],
  [
    'a labelled jump',
    'function f(list) { outer: for (const a of list) { for (const b of a) continue outer; } }',
    4,
  ],
  ['a function inside', 'function f(list) { if (list) return list.map((a) => (a ? 1 : 2)); return []; }', 1],
];

test('adds up the branches of a function and their depth', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'userspan-lint-'));
  const rules = { 'userspan/cognitive-complexity': ['error', { max: -1 }] };
  const configuration = { jsPlugins: [PLUGIN], categories: { correctness: 'off' }, rules };
  await writeFile(join(folder, 'oxlintrc.json'), JSON.stringify(configuration));
  await Promise.all(
    FUNCTIONS.map(([, source], index) => writeFile(join(folder, `${String(index)}.js`), `export ${source}`)),
  );
  const output = await lint(folder);
  const complexities = FUNCTIONS.map(([name], index) => {
    const found = output
      .filter(({ filename, labels }) => filename.endsWith(`/${String(index)}.js`) && labels.length > 0)
      .sort((a, b) => (a.labels[0]?.span.offset ?? 0) - (b.labels[0]?.span.offset ?? 0));
    return [name, Number(/is (\d+)/.exec(found[0]?.message ?? '')?.[1])];
  });
  await rm(folder, { recursive: true });
  expect(complexities).toEqual(FUNCTIONS.map(([name, , complexity]) => [name, complexity]));
});

interface Diagnostic {
  readonly message: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly offset: number } }[];
}

async function lint(folder: string): Promise<readonly Diagnostic[]> {
  const args = ['-c', join(folder, 'oxlintrc.json'), '--format', 'json', folder];
  // The linter exits with 1 if it finds anything.
  const { stdout } = await promisify(execFile)(OXLINT, args).catch(
    (error: unknown) => error as { stdout: string },
  );
  return (JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics;
}
