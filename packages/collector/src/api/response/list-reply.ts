import { Readable } from 'node:stream';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { csvLine } from './csv.ts';
import { encodeCursor } from '../../storage/read/query/cursor.ts';
import type { Position } from '../../storage/read/query/cursor.ts';
import { Problem } from './problem.ts';

/** Some rows of a list, and where the next ones begin. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next?: Position;
  /** What the answer says beside the rows, known with them. */
  readonly beside?: object;
}

export interface List<T extends object> {
  readonly columns: readonly (keyof T & string)[];
  readonly limit: number;
  readonly after: Position | undefined;
  /** What the answer says beside the rows. */
  readonly beside?: () => Promise<object>;
  page(limit: number, after: Position | undefined): Promise<Page<T>>;
}

export type ListFormat = 'json' | 'csv' | 'ndjson';

/** Rows that are read at a time where the whole list is wanted. */
const CHUNK = 5_000;

const FORMATS: readonly [type: string, format: ListFormat][] = [
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/*', 'json'],
  ['text/*', 'csv'],
  ['*/*', 'json'],
];

/** The format that a request would rather have, by the weights of its `Accept`; 406 where it is none of ours. */
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

async function* allRows<T extends object>(list: List<T>): AsyncGenerator<T> {
  let after = list.after;
  do {
    const page = await list.page(CHUNK, after);
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}

async function* csvOf<T extends object>(list: List<T>): AsyncGenerator<string> {
  yield csvLine(list.columns);
  for await (const row of allRows(list)) yield csvLine(list.columns.map((column) => row[column]));
}

async function* ndjsonOf<T extends object>(list: List<T>): AsyncGenerator<string> {
  for await (const row of allRows(list)) yield `${JSON.stringify(row)}\n`;
}

/** Answers with a page as JSON, or with the whole list as CSV or as a line of JSON for each row. */
export async function sendList<T extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  list: List<T>,
): Promise<FastifyReply> {
  reply.header('vary', 'accept');
  const format = formatOf(request.headers.accept);
  if (format === 'csv') {
    reply.header('content-disposition', 'attachment; filename="userspan.csv"');
    return reply.type('text/csv; charset=utf-8').send(Readable.from(csvOf(list)));
  }
  if (format === 'ndjson') return reply.type('application/x-ndjson').send(Readable.from(ndjsonOf(list)));
  const [page, beside] = await Promise.all([list.page(list.limit, list.after), list.beside?.()]);
  return reply.send({
    data: page.rows,
    nextCursor: page.next === undefined ? null : encodeCursor(page.next),
    ...beside,
    ...page.beside,
  });
}

/** A page from rows of which one more than the limit was read. */
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
