import { SOCKET_CLASSES } from '../../../packages/openai/src/endpoints/socket-classes.ts';
import { BILLED_ENDPOINTS } from '../../../packages/openai/src/endpoints/billed-endpoints.ts';

/** The README's table of what is recorded for each billed method, between two comments. */
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

/** The README with the current table. */
export function withRecordedTable(readme: string): string {
  return readme.replace(/<!-- methods -->[^]*<!-- \/methods -->/, recordedTable());
}

/** A Markdown table with columns of equal width, in the format of the repository's formatter. */
function formatted(rows: readonly (readonly [string, string])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
