import { tableOf } from '../store/schema.ts';
import type { Insert } from '../store/store.ts';

/** What a cell may hold: a text, a number, nothing, a list of texts, texts by name. */
export type Cell = string | number | null | readonly string[] | ReadonlyMap<string, string>;

const SPECIAL = /[\\\t\n\r\0\b\f]/;
const SPECIALS = /[\\\t\n\r\0\b\f]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
};

/** A text as a cell of tab-separated values. */
function escape(text: string): string {
  const escaped = SPECIAL.test(text)
    ? text.replace(SPECIALS, (special) => ESCAPES[special] ?? special)
    : text;
  // Buffers would write a lone surrogate as three wrong bytes; what it stands for is lost either way.
  return escaped.isWellFormed() ? escaped : escaped.toWellFormed();
}

const QUOTED = /[\\'\t\n\r\0\b\f]/g;

/** A text inside a list or a map: quoted, and escaped once, for there a cell is not unescaped as a whole. */
function quote(text: string): string {
  const escaped = text.replace(QUOTED, (special) => ESCAPES[special] ?? `\\${special}`);
  return `'${escaped.isWellFormed() ? escaped : escaped.toWellFormed()}'`;
}

function cellOf(cell: Cell): string {
  if (typeof cell === 'string') return escape(cell);
  if (typeof cell === 'number') return String(cell);
  if (cell === null) return '\\N';
  if (cell instanceof Map) {
    return `{${[...(cell as ReadonlyMap<string, string>)].map(([key, value]) => `${quote(key)}:${quote(value)}`).join(',')}}`;
  }
  return cell === EMPTY || (cell as readonly string[]).length === 0
    ? '[]'
    : `[${(cell as readonly string[]).map(quote).join(',')}]`;
}

const EMPTY: readonly string[] = [];

/** Lines of one table, as bytes from the start: kept as texts they would be garbage by the million. */
class Lines {
  rows = 0;
  #bytes = Buffer.allocUnsafe(1 << 16);
  #length = 0;

  add(line: string): void {
    const most = line.length * 3 + 1;
    if (this.#length + most > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + most));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#length += this.#bytes.write(line, this.#length, 'utf8');
    this.#bytes[this.#length++] = 0x0a;
    this.rows++;
  }

  get body(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Gathers rows for tables, and hands them over as inserts: one for each table. */
export class RowBuffer {
  readonly #lines = new Map<string, Lines>();

  /** Cells in the order of the table's columns. */
  add(table: string, cells: readonly Cell[]): void {
    let lines = this.#lines.get(table);
    if (lines === undefined) {
      lines = new Lines();
      this.#lines.set(table, lines);
    }
    lines.add(cells.map(cellOf).join('\t'));
  }

  rowsOf(table: string): number {
    return this.#lines.get(table)?.rows ?? 0;
  }

  /** Tokens are `<id>:<table>`, so that the same rows under the same id count once. */
  inserts(id: string): Insert[] {
    return [...this.#lines].map(([table, lines]) => ({
      table,
      columns: Object.keys(tableOf(table).columns),
      body: lines.body,
      token: `${id}:${table}`,
    }));
  }
}
