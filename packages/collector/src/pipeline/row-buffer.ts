import type { Insert } from '../store/store.ts';
import { tableOf } from '../store/schema.ts';

/** Gathers rows for tables, and hands them over as inserts: one for each table. */
export class RowBuffer {
  readonly #lines = new Map<string, string[]>();

  /** Cells in the order of the table's columns. */
  add(table: string, cells: readonly unknown[]): void {
    const lines = this.#lines.get(table);
    const line = JSON.stringify(cells);
    if (lines) lines.push(line);
    else this.#lines.set(table, [line]);
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  rowsOf(table: string): number {
    return this.#lines.get(table)?.length ?? 0;
  }

  /** Tokens are `<id>:<table>`, so that the same rows under the same id count once. */
  inserts(id: string): Insert[] {
    return [...this.#lines].map(([table, lines]) => ({
      table,
      columns: Object.keys(tableOf(table).columns),
      body: Buffer.from(`${lines.join('\n')}\n`, 'utf8'),
      token: `${id}:${table}`,
    }));
  }
}
