import type { FastifyReply, FastifyRequest } from 'fastify';

import { TimeSlice } from '../../runtime/time-slice.ts';
import { csvLine } from './csv.ts';
import { encodeCursor } from '../../storage/read/query/cursor.ts';
import type { Position } from '../../storage/read/query/cursor.ts';
import { Problem } from './problem.ts';

/** Rows of a list, and the position of the next ones. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next?: Position;
  /** Further fields of the answer that are known together with the rows. */
  readonly beside?: object;
}

export interface List<T extends object> {
  readonly columns: readonly (keyof T & string)[];
  readonly limit: number;
  readonly after: Position | undefined;
  /** Reads further fields of the answer. */
  readonly beside?: () => Promise<object>;
  page(limit: number, after: Position | undefined): Promise<Page<T>>;
}

export type ListFormat = 'json' | 'csv' | 'ndjson';

/** Number of rows per query if the whole list is requested. */
const CHUNK = 2_000;
/** Rows whose text is made in one go. */
const ROWS_PER_TEXT = 50;

const FORMATS: readonly [type: string, format: ListFormat][] = [
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/*', 'json'],
  ['text/*', 'csv'],
  ['*/*', 'json'],
];

/** The preferred format of a request, by the weights of its `Accept`; 406 if none is supported. */
export function formatOf(accept: string | undefined): ListFormat {
  if (accept === undefined || accept.trim() === '') return 'json';
  let best: { format: ListFormat; weight: number } | undefined;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.trim().toLowerCase().split(';');
    const q = parameters
      .map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1])
      .find((found) => found !== undefined);
    const weight = q === undefined ? 1 : Number(q);
    const format = FORMATS.find(([known]) => known === type.trim())?.[1];
    if (format === undefined || !(weight > 0)) continue;
    if (best === undefined || weight > best.weight) best = { format, weight };
  }
  if (best === undefined)
    throw new Problem(406, 'This list is available as application/json, text/csv or application/x-ndjson.');
  return best.format;
}

/** All rows as text. While a client does not read, only the text of one page is in memory, and not its rows. */
async function* textOf<T extends object>(list: List<T>, lineOf: (row: T) => string): AsyncGenerator<string> {
  let after = list.after;
  do {
    const page = await readTexts(list, after, lineOf);
    after = page.next;
    // Taken out, so that what was sent is free.
    for (let text = page.texts.shift(); text !== undefined; text = page.texts.shift()) yield text;
  } while (after !== undefined);
}

async function readTexts<T extends object>(
  list: List<T>,
  after: Position | undefined,
  lineOf: (row: T) => string,
): Promise<{ readonly texts: string[]; readonly next: Position | undefined }> {
  const { rows, next } = await list.page(CHUNK, after);
  return { texts: await new TimeSlice().run(textsOf(rows, lineOf)), next };
}

function* textsOf<T>(rows: readonly T[], lineOf: (row: T) => string): Generator<undefined, string[], void> {
  const texts: string[] = [];
  for (let at = 0; at < rows.length; at += ROWS_PER_TEXT) {
    texts.push(
      rows
        .slice(at, at + ROWS_PER_TEXT)
        .map(lineOf)
        .join(''),
    );
    yield;
  }
  return texts;
}

async function* csvOf<T extends object>(list: List<T>): AsyncGenerator<string> {
  yield csvLine(list.columns);
  yield* textOf(list, (row) => csvLine(list.columns.map((column) => row[column])));
}

/** Answers with a page as JSON, or with the whole list as CSV or NDJSON. */
export async function sendList<T extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  list: List<T>,
): Promise<FastifyReply> {
  reply.header('vary', 'accept');
  const format = formatOf(request.headers.accept);
  if (format === 'csv') {
    reply.header('content-disposition', 'attachment; filename="userspan.csv"');
    return reply.server.exports.send(reply, 'text/csv; charset=utf-8', csvOf(list));
  }
  if (format === 'ndjson') {
    const lines = textOf(list, (row) => `${JSON.stringify(row)}\n`);
    return reply.server.exports.send(reply, 'application/x-ndjson', lines);
  }
  const [page, beside] = await Promise.all([list.page(list.limit, list.after), list.beside?.()]);
  return reply.send({
    data: page.rows,
    nextCursor: page.next === undefined ? null : encodeCursor(page.next),
    ...beside,
    ...page.beside,
  });
}

/** Creates a page from rows, of which one more than the limit was read. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  show: (row: R) => T,
  position: (row: R) => Position,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(show),
    ...(rows.length > limit && last !== undefined ? { next: position(last) } : {}),
  };
}
