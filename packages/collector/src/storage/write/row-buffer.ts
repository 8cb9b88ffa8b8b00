import { tableOf } from '../engine/schema.ts';
import type { Insert } from '../engine/store.ts';

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

function mapCell(map: ReadonlyMap<string, string>): string {
  if (map.size === 0) return '{}';
  return `{${Array.from(map, ([key, value]) => `${quote(key)}:${quote(value)}`).join(',')}}`;
}

function listCell(list: readonly string[]): string {
  return list.length === 0 ? '[]' : `[${list.map(quote).join(',')}]`;
}

/** Texts up to here are written byte by byte, which is quicker than a call for each. */
const SHORT = 64;
const BACKSLASH = 0x5c;
const TAB = 0x09;
const NEWLINE = 0x0a;

/** Lines of one table, as bytes from the start: kept as texts they would be garbage by the million. */
class Lines {
  rows = 0;
  #bytes = Buffer.allocUnsafe(1 << 16);
  #length = 0;

  add(cells: readonly Cell[]): void {
    for (let at = 0; at < cells.length; at++) {
      if (at > 0) this.#put(TAB);
      this.#cell(cells[at] ?? null);
    }
    this.#put(NEWLINE);
    this.rows++;
  }

  get body(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #cell(cell: Cell): void {
    if (typeof cell === 'string') this.#text(cell);
    else if (typeof cell === 'number') this.#text(String(cell));
    else if (cell === null) this.#write('\\N');
    else if (cell instanceof Map) this.#write(mapCell(cell as ReadonlyMap<string, string>));
    else this.#write(listCell(cell as readonly string[]));
  }

  #text(text: string): void {
    if (text.length > SHORT || !this.#plain(text)) this.#write(escape(text));
  }

  /** Writes a text of which every character is a byte as it is; otherwise nothing, and says so. */
  #plain(text: string): boolean {
    this.#reserve(SHORT);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < 0x20 || code > 0x7e || code === BACKSLASH) return false;
      bytes[start + at] = code;
    }
    this.#length = start + text.length;
    return true;
  }

  #write(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  #put(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
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
    lines.add(cells);
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
