import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

/**
 * The files that a process loads when it imports a package. Each costs about half a millisecond of a start, and a module
 * that is in two of them exists twice in a process.
 */
const packages = fileURLToPath(new URL('../../packages/', import.meta.url));

const built = [
  { folder: 'core', maxFiles: 3 },
  { folder: 'ledger', maxFiles: 1 },
  { folder: 'openai', maxFiles: 2 },
  { folder: 'langchain', maxFiles: 1 },
  { folder: 'node', maxFiles: 2 },
].flatMap(({ folder, maxFiles }) => [
  { folder, dist: join(packages, folder, 'dist'), format: 'ES modules', maxFiles },
  { folder, dist: join(packages, folder, 'dist/cjs'), format: 'CommonJS', maxFiles },
]);

describe.each(built)('@userspan/$folder, $format', ({ folder, dist, maxFiles }) => {
  test('the main entry loads few files', () => {
    expect(loadedFrom(dist, 'index.js').length).toBeLessThanOrEqual(maxFiles);
  });

  test('no module is in two files', () => {
    const files = new Set(entriesOf(folder).flatMap((entry) => loadedFrom(dist, entry)));
    const modules = [...files].flatMap((file) => modulesIn(join(dist, file)));
    expect(modules.length).toBeGreaterThan(0);
    expect(modules.filter((module, at) => modules.indexOf(module) !== at)).toEqual([]);
  });
});

test('@userspan/node loads neither the metrics SDK nor the hooks of instrumentations', () => {
  const code = loadedFrom(join(packages, 'node/dist'), 'index.js').map((file) =>
    readFileSync(join(packages, 'node/dist', file), 'utf8'),
  );
  expect(code.join('\n')).not.toMatch(/from "@opentelemetry\/(?:otlp-transformer|instrumentation)"/);
});

/** The files of all entries, relative to the folder of a format. */
function entriesOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as {
    exports: Record<string, { import?: { default: string } }>;
  };
  return Object.values(manifest.exports).flatMap((entry) =>
    entry.import === undefined ? [] : [relative('dist', entry.import.default)],
  );
}

/** A file and all files of the package that it loads, relative to the folder. */
function loadedFrom(dist: string, entry: string, seen = new Set<string>()): string[] {
  if (!seen.has(entry)) {
    seen.add(entry);
    const code = readFileSync(join(dist, entry), 'utf8');
    for (const [, path = ''] of code.matchAll(/(?:from |import |require\()"(\.\.?\/[^"]+)"/g)) {
      loadedFrom(dist, join(dirname(entry), path), seen);
    }
  }
  return [...seen];
}

/** The sources of a file, according to its source map. */
function modulesIn(file: string): string[] {
  if (!existsSync(`${file}.map`)) return [];
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
  return sources.map((source) => join(dirname(file), source));
}
