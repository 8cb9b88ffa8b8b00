// The folders inside a package have an order, lowest first: a file imports from its own folder and from lower ones only.
// Tests are exempt; so are folders for tests. A folder that is not in the table is an error. In every package a folder
// that holds more than MAX_FILES source files is one too. In the collector SQL and the engine stand under `storage` only.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { root } from './steps.mjs';

const MAX_FILES = 20;

/** Lowest first. `.` stands for the files of `src` itself; one of them that is lower than the rest has its own line. */
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
/** Packages without an order of folders: only the files of a folder are counted. */
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
/** Of the collector's engine other layers know these only; its queries and schema are behind the readers and writers of `storage`. */
const OPEN_ENGINE = ['storage/engine/ids.ts', 'storage/engine/claimed-mode.ts'];
/** The beginning of a statement, in capitals as all our SQL has it. */
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

/** SQL and the engine are for files under `storage` only. */
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

/** Files that can be reached from themselves by their imports; each circle is one fault. */
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

/** The layer of a file: the longest folder of the table that it is in. */
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
