// Checks the layers of each package. Its folders have an order, lowest first, and a file may import from its own folder and
// from lower ones only. Tests and folders for tests are exempt. A folder that is not in the table is an error, and so is a
// folder with more than MAX_FILES source files. In the collector, only files under `storage` may contain SQL or use the engine.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { root } from './steps.mjs';

const MAX_FILES = 20;

/** Lowest first. `.` means the files of `src` itself. A file of `src` that is lower than the others has its own entry. */
const LAYERS = {
  'packages/core/src': [
    'semconv.ts',
    'process',
    'text',
    'context',
    'user',
    'propagation',
    'runs',
    'threads',
    'redaction',
    '.',
  ],
  'packages/collector/src': [
    'runtime',
    'otlp',
    'wal',
    'storage/engine',
    'storage/write',
    'storage/read',
    'storage',
    'attribution',
    'maintenance',
    'alerts',
    'metering',
    'prices',
    'security',
    'config',
    'ingest',
    'api',
    'forward',
    'http',
    '.',
    'cli',
  ],
};
/** Packages without layers, in which only the number of files per folder is checked. */
const COUNTED = [
  'packages/pricing/src',
  'packages/ledger/src',
  'packages/openai/src',
  'packages/langchain/src',
  'packages/node/src',
  'packages/web/src',
  'packages/dashboard/src',
  'test/openai-server/src',
  'test/openai-ways/src',
];
const EXEMPT = /(^|\/)(testing|generated)(\/|$)|\.test\.tsx?$/;
/** The parts of the collector's engine that other layers may import. They reach its queries and schema through `storage` only. */
const OPEN_ENGINE = ['storage/engine/ids.ts', 'storage/engine/claimed-mode.ts'];
/** The beginning of an SQL statement. All SQL of this project is in capitals. */
const SQL =
  /['"`(]\s*(?:SELECT|WITH|INSERT INTO|ALTER TABLE|CREATE (?:TABLE|OR)|DROP TABLE|DELETE FROM|TRUNCATE|OPTIMIZE TABLE)\s|\b(?:GROUP BY|ORDER BY|UNION ALL|FROM \w+ (?:FINAL|WHERE))\b/;
const IMPORT = /(?:\bfrom|\bimport\(?)\s*'(\.[^']+)'/g;

const faults = [];
for (const [source, layers] of Object.entries(LAYERS)) {
  await checkPackage(source, layers);
}
for (const source of COUNTED) {
  countFiles(source, await sourceFiles(source));
}
for (const source of [...Object.keys(LAYERS), ...COUNTED]) {
  await findCircles(source);
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}

async function checkPackage(source, layers) {
  const files = await sourceFiles(source);
  countFiles(source, files);
  for (const file of files) {
    const own = layerOf(file, layers);
    if (own === undefined) {
      faults.push(`${source}/${file}: its folder is not in the table of test/check-layers.mjs`);
      continue;
    }
    const text = await readFile(join(root, source, file), 'utf8');
    const targets = [...text.matchAll(IMPORT)].map(([, specifier]) =>
      posix.join(posix.dirname(file), specifier),
    );
    if (source === 'packages/collector/src' && !file.startsWith('storage/')) {
      checkStorageUse(`${source}/${file}`, text, targets);
    }
    for (const target of targets) {
      const other = layerOf(target, layers);
      if (other !== undefined && layers.indexOf(other) > layers.indexOf(own)) {
        faults.push(`${source}/${file} imports ${target}: ${own} must not know ${other}, which is above it`);
      }
    }
  }
}

/** Reports SQL and imports of the engine outside `storage`. */
function checkStorageUse(path, text, targets) {
  if (SQL.test(withoutComments(text))) {
    faults.push(`${path} has SQL, which stands under storage only: move it behind a reader or writer`);
  }
  for (const target of targets) {
    if (target.startsWith('storage/engine/') && !OPEN_ENGINE.includes(target)) {
      faults.push(`${path} imports ${target}: take a reader or writer of storage/storage.ts instead`);
    }
  }
}

/** Reports circular imports, each circle once. */
async function findCircles(source) {
  const files = await sourceFiles(source);
  const imports = new Map();
  for (const file of files) {
    const text = await readFile(join(root, source, file), 'utf8');
    const targets = [...text.matchAll(IMPORT)].map(([, specifier]) =>
      posix.join(posix.dirname(file), specifier),
    );
    imports.set(file, targets);
  }
  const done = new Set();
  for (const file of files) follow(file, []);

  function follow(file, path) {
    const at = path.indexOf(file);
    if (at >= 0) faults.push(`${source} has a circle of imports: ${[...path.slice(at), file].join(' -> ')}`);
    if (at >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) follow(target, [...path, file]);
    done.add(file);
  }
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

function countFiles(source, files) {
  const counts = new Map();
  for (const file of files) {
    const folder = posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  for (const [folder, count] of counts) {
    if (count > MAX_FILES) {
      faults.push(
        `${source}/${folder} has ${count} source files: more than ${MAX_FILES} hold more than one idea`,
      );
    }
  }
}

/** Returns the layer of a file: the entry of the table with the longest path that contains it. */
function layerOf(file, layers) {
  if (layers.includes(file)) return file;
  const folder = posix.dirname(file);
  return layers
    .filter((layer) => folder === layer || (layer !== '.' && folder.startsWith(`${layer}/`)))
    .sort((a, b) => b.length - a.length)[0];
}

async function sourceFiles(source) {
  const files = await filesBelow(join(root, source));
  return files.filter((file) => !EXEMPT.test(file));
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|tsx|cts)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath ?? dirname(entry.path), entry.name)));
}
