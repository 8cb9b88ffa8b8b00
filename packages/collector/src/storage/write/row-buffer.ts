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
const ZERO = 0x30;
/** Whole numbers below it have at most nine digits. */
const NINE_DIGITS = 1_000_000_000;

/**
 * Lines of one table, as bytes from the start: kept as texts they would be garbage by the million.
 *
 * Cells are written one after the other, and {@link end} ends the row; {@link add} writes a row of cells.
 */
export class TableRows {
  rows = 0;
  #bytes = Buffer.allocUnsafe(1 << 16);
  #length = 0;

  /** Cells in the order of the table's columns. */
  add(cells: readonly Cell[]): void {
    for (const cell of cells) {
      this.cell(cell);
    }
    this.end();
  }

  cell(cell: Cell): void {
    if (typeof cell === 'string') {
      this.text(cell);
    } else if (typeof cell === 'number') {
      this.number(cell);
    } else if (cell === null) {
      this.#write('\\N');
      this.#put(TAB);
    } else if (cell instanceof Map) {
      this.#write(mapCell(cell as ReadonlyMap<string, string>));
      this.#put(TAB);
    } else {
      this.list(cell as readonly string[]);
    }
  }

  text(text: string): void {
    if (text.length > SHORT || !this.#plain(text)) {
      this.#write(escape(text));
    }
    this.#put(TAB);
  }

  number(value: number): void {
    if (value >= 0 && value < NINE_DIGITS && Number.isInteger(value) && !Object.is(value, -0)) {
      this.#digits(value);
    } else {
      this.#write(String(value));
    }
    this.#put(TAB);
  }

  list(list: readonly string[]): void {
    this.#write(listCell(list));
    this.#put(TAB);
  }

  /** Cells that were written before, by {@link encodeCells}. */
  encoded(cells: Uint8Array): void {
    this.#reserve(cells.length);
    this.#bytes.set(cells, this.#length);
    this.#length += cells.length;
  }

  /** Ends the row. */
  end(): void {
    this.#bytes[this.#length - 1] = NEWLINE;
    this.rows += 1;
  }

  /** What was written so far. */
  get body(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes a text of which every character is a byte as it is; otherwise nothing, and says so. */
  #plain(text: string): boolean {
    this.#reserve(SHORT);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code < 0x20 || code > 0x7e || code === BACKSLASH) {
        return false;
      }
      bytes[start + at] = code;
    }
    this.#length = start + text.length;
    return true;
  }

  #digits(value: number): void {
    this.#reserve(SHORT);
    let count = 1;
    for (let limit = 10; value >= limit; limit *= 10) {
      count += 1;
    }
    let left = value;
    for (let at = this.#length + count - 1; at >= this.#length; at -= 1) {
      const next = Math.floor(left / 10);
      this.#bytes[at] = ZERO + (left - next * 10);
      left = next;
    }
    this.#length += count;
  }

  #write(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  #put(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) {
      return;
    }
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Cells as bytes, for rows that have many of them in common. */
export function encodeCells(cells: readonly Cell[]): Uint8Array {
  const rows = new TableRows();
  for (const cell of cells) {
    rows.cell(cell);
  }
  return Uint8Array.from(rows.body);
}

/** Gathers rows for tables, and hands them over as inserts: one for each table. */
export class RowBuffer {
  readonly #tables = new Map<string, TableRows>();

  /** Cells in the order of the table's columns. */
  add(table: string, cells: readonly Cell[]): void {
    this.of(table).add(cells);
  }

  /** The rows of a table, to write to. */
  of(table: string): TableRows {
    let rows = this.#tables.get(table);
    if (rows === undefined) {
      rows = new TableRows();
      this.#tables.set(table, rows);
    }
    return rows;
  }

  rowsOf(table: string): number {
    return this.#tables.get(table)?.rows ?? 0;
  }

  /** Tokens are `<id>:<table>`, so that the same rows under the same id count once. */
  inserts(id: string): Insert[] {
    const written = [...this.#tables].filter(([, { rows }]) => rows > 0);
    return written.map(([table, { body }]) => ({
      table,
      columns: Object.keys(tableOf(table).columns),
      body,
      token: `${id}:${table}`,
    }));
  }
}
