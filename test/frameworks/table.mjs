// The table of the run, as Markdown.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../steps.mjs';

const PAGE = join(root, 'examples/frameworks/README.md');
const MARK = /(<!-- table -->\n)([\s\S]*?)(\n<!-- end of table -->)/;

/** The rows of a run: app, format, stage, and a cell for each Node. */
export function tableRows(rows, majors) {
  return rows.map(({ example, way, cells }) => [
    `[${example.title}](${example.folder ?? example.name})`,
    way.format,
    way.stage,
    ...majors.map((major) => cells.get(major) ?? (way.nodes?.includes(major) === false ? '–' : 'FAILED')),
  ]);
}

/** The whole table, as Markdown. */
export function table(rows, majors) {
  const head = ['app', 'format', 'stage', ...majors.map((major) => `Node ${major}`)];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts the rows into the page, between its marks; those of apps that did not run stay, in the order of `cases`. */
export async function writeTable(rows, majors, cases) {
  const page = await readFile(PAGE, 'utf8');
  const old = (MARK.exec(page)?.[2] ?? '')
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([app]) => app?.startsWith('['));
  const ran = new Set(rows.map(([app]) => app));
  const all = [...rows, ...old.filter(([app]) => !ran.has(app))];
  const order = cases.map(({ title, name, folder }) => `[${title}](${folder ?? name})`);
  const sorted = order.flatMap((app) => all.filter(([name]) => name === app));
  await writeFile(
    PAGE,
    page.replace(MARK, (_, before, __, after) => `${before}\n${table(sorted, majors)}\n${after}`),
  );
}
