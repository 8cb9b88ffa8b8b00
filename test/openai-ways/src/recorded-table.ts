import { SOCKET_CLASSES } from '../../../packages/openai/src/endpoints/socket-classes.ts';
import { BILLED_ENDPOINTS } from '../../../packages/openai/src/endpoints/billed-endpoints.ts';

/** The table of the README: what is recorded of each method that bills, between two comments. */
export function recordedTable(): string {
  const requests = BILLED_ENDPOINTS.flatMap(({ methods, recorded }) =>
    methods.map((name) => [`\`${name}\``, recorded] as const),
  );
  const sockets = SOCKET_CLASSES.flatMap(({ name, modules, recorded }) =>
    modules.map((module) => [`\`${name}\` of \`openai/${module}\``, recorded] as const),
  );
  const rows = [...requests, ...sockets];
  return [
    '<!-- methods -->',
    '',
    formatted([['Method or class', 'What is recorded'], ...rows]),
    '',
    '<!-- /methods -->',
  ].join('\n');
}

/** A README with the table of today. */
export function withRecordedTable(readme: string): string {
  return readme.replace(/<!-- methods -->[^]*<!-- \/methods -->/, recordedTable());
}

/** A table of Markdown with columns of equal width, as the formatter of the repository writes it. */
function formatted(rows: readonly (readonly [string, string])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
