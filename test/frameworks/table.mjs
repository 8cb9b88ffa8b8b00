// The table of the run, as Markdown.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../steps.mjs';

const PAGE = join(root, 'examples/frameworks/README.md');
const MARK = /(<!-- table -->\n)[\s\S]*?(\n<!-- end of table -->)/;

export function table(rows, majors) {
  const lines = [
    ['app', 'format', 'stage', ...majors.map((major) => `Node ${major}`)],
    ['---', '---', '---', ...majors.map(() => '---')],
    ...rows.map(({ example, way, cells }) => [
      `[${example.title}](${example.folder ?? example.name})`,
      way.format,
      way.stage,
      ...majors.map((major) => cells.get(major) ?? (way.nodes?.includes(major) === false ? '–' : 'FAILED')),
    ]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts the table into the page, between its marks. */
export async function writeTable(rows, majors) {
  const page = await readFile(PAGE, 'utf8');
  await writeFile(
    PAGE,
    page.replace(MARK, (_, before, after) => `${before}\n${table(rows, majors)}\n${after}`),
  );
}
