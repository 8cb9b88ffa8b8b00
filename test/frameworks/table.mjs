// Reads and writes the Markdown table of frameworks and loaders. A run replaces its own rows and keeps the others.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../steps.mjs';

const PAGE = join(root, 'examples/frameworks/table.md');
const MARK = /(<!-- table -->\n)([\s\S]*?)(<!-- end of table -->)/;
const RUNTIMES = ['20', '22', '24', 'bun', 'deno'];
const HEAD = [
  'framework or loader',
  'format',
  'stage',
  'Node 20',
  'Node 22',
  'Node 24',
  'Bun',
  'Deno',
  'note',
];

/** A row: its subject, format and stage, the cell of each runtime by name (`ok` or `FAILED`), and a note. */
export function tableRow(subject, format, stage, cells, note = '') {
  return [subject, format, stage, ...RUNTIMES.map((runtime) => cells.get(runtime) ?? '–'), note];
}

/** Rows for the formats and stages that an app does not have, each with the reason. */
export function absentRows(subject, absent = {}) {
  return Object.entries(absent).map(([what, reason]) => {
    const isStage = what === 'dev' || what === 'production';
    return tableRow(subject, isStage ? '–' : what, isStage ? what : '–', new Map(), reason);
  });
}

/** The whole table, as Markdown. */
export function table(rows) {
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Replaces the rows of the same subjects in the page. `order` lists all subjects that the page may have. */
export async function writeTable(rows, order) {
  const page = await readFile(PAGE, 'utf8');
  const ran = new Set(rows.map(([subject]) => subject));
  const all = [...rows, ...rowsOf(page).filter(([subject]) => !ran.has(subject))];
  const known = order.flatMap((subject) => all.filter(([other]) => other === subject));
  const others = all.filter(([subject]) => !order.includes(subject));
  // Each run knows the order of its own subjects; those of the other run keep theirs.
  const isFrameworks = order.some((subject) => subject.startsWith('['));
  const sorted = isFrameworks
    ? [...known, ...others.filter(([subject]) => !subject.startsWith('['))]
    : [...others.filter(([subject]) => subject.startsWith('[')), ...known];
  await writeFile(
    PAGE,
    page.replace(MARK, (_, before, __, after) => `${before}\n${table(sorted)}\n${after}`),
  );
}

/** Returns the errors of the page: missing rows, cells that are not `ok`, and subjects that no run has. */
export async function faultsOfTable(expected) {
  const known = new Set(expected.map(({ subject }) => subject));
  const subjects = new Set(rowsOf(await readFile(PAGE, 'utf8')).map(([subject]) => subject));
  return [
    ...(await findMissing(expected)).map(({ name, problem }) => `${name}: ${problem}`),
    ...[...subjects].filter((subject) => !known.has(subject)).map((subject) => `${subject}: nothing runs it`),
  ];
}

/** The subjects of the cells that the page lacks. */
export async function incompleteSubjects(expected) {
  return new Set((await findMissing(expected)).map(({ subject }) => subject));
}

async function findMissing(expected) {
  const rows = rowsOf(await readFile(PAGE, 'utf8'));
  return expected.flatMap(({ subject, format, stage, runtimes }) => {
    const row = rows.find((cells) => cells[0] === subject && cells[1] === format && cells[2] === stage);
    const name = `${subject}, ${format}, ${stage}`;
    if (row === undefined) return [{ subject, name, problem: 'no row' }];
    return runtimes
      .filter((runtime) => row[3 + RUNTIMES.indexOf(runtime)] !== 'ok')
      .map((runtime) => ({ subject, name, problem: `${runtime} is not ok` }));
  });
}

/** Removes all rows, so that no row of an earlier run remains. */
export async function clearTable() {
  const page = await readFile(PAGE, 'utf8');
  await writeFile(
    PAGE,
    page.replace(MARK, (_, before, __, after) => `${before}\n${table([])}\n\n${after}`),
  );
}

function rowsOf(page) {
  return (MARK.exec(page)?.[2] ?? '')
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === HEAD.length && cells[0] !== HEAD[0] && !cells[0].startsWith('---'));
}
