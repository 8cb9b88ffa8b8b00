import { ATTR_MESSAGE_CONTENT } from '@userspan/core/semconv';

import type { Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { ATTRIBUTE_COLUMNS, fullAttributes } from '../../write/stored-attributes.ts';
import type { StoredAttributes } from '../../write/stored-attributes.ts';
import type { Range } from '../query/range.ts';
import { nsConditions } from '../users/user-extras.ts';
import { MESSAGE_ATTRIBUTES, messagesOf } from '../traces/span-messages.ts';

/** The attributes of a span that contain messages. */
const CONTENT: readonly string[] = [...Object.values(MESSAGE_ATTRIBUTES).flat(), ATTR_MESSAGE_CONTENT];

/**
 * A query for the threads with a message that contains a text, regardless of case. It reads the spans of the range that
 * belong to a thread: first their raw JSON, then only the values of those that may match.
 */
export function threadsWithContent(project: string, text: string, range: Range, sql: Sql): string {
  const where = [`project = ${sql.text(project)}`, ...nsConditions('start_ns', range, sql)].join(' AND ');
  // Text is escaped once in the JSON of a message, and twice in attributes that contain this JSON.
  const escaped = JSON.stringify(text).slice(1, -1);
  const inMessages = escaped === text ? [text] : [text, escaped];
  const inAttributes = inMessages.map((each) => JSON.stringify(each).slice(1, -1));
  const anyOf = (value: string, texts: readonly string[]): string =>
    `(${texts.map((each) => `positionCaseInsensitiveUTF8(${value}, ${sql.text(each)}) > 0`).join(' OR ')})`;
  const values = `arrayExists(name -> ${anyOf('JSONExtractString(attributes, name)', inMessages)}, ${sql.texts(CONTENT)})`;
  const inLogs = `SELECT trace_id, span_id FROM contents WHERE project = ${sql.text(project)} AND ${anyOf('attributes', inMessages)}`;
  return `SELECT DISTINCT thread_id FROM spans WHERE ${where} AND thread_id != ''
    AND ((${anyOf('attributes', inAttributes)} AND ${values}) OR (trace_id, id) IN (${inLogs}))`;
}

/** Maximum length of a title. */
const TITLE_LENGTH = 200;

interface TitleRow extends StoredAttributes {
  readonly thread_id: string;
  readonly user_id: string;
}

/** The first user message of each thread. Threads without stored content are absent. */
export async function readTitles(
  store: Store,
  project: string,
  threads: readonly { readonly thread_id: string; readonly sentIds: readonly string[] }[],
): Promise<ReadonlyMap<string, string>> {
  if (threads.length === 0) return new Map();
  const ids = [...new Set(threads.map(({ thread_id }) => thread_id))];
  const userIds = [...new Set(threads.flatMap(({ sentIds }) => sentIds))];
  // Finds the first call and the first message through their tables, then reads their spans by key.
  const first = 'argMin((trace_id, span_id), (start_ns, span_id))';
  const places = `
    SELECT place FROM (
      SELECT thread_id, ${first} AS place FROM calls
      WHERE project = {project:String} AND user_id IN {userIds:Array(String)} AND thread_id IN {ids:Array(String)} GROUP BY thread_id
      UNION ALL SELECT thread_id, ${first} AS place FROM calls_unattributed
      WHERE project = {project:String} AND thread_id IN {ids:Array(String)} GROUP BY thread_id
      UNION ALL SELECT thread_id, ${first.replace('start_ns', 'at_ns')} AS place FROM thread_entries
      WHERE project = {project:String} AND thread_id IN {ids:Array(String)} AND kind = 'message' AND role = 'user' GROUP BY thread_id
    )`;
  const rows = await store.query<TitleRow>(
    `SELECT thread_id, user_id, ${ATTRIBUTE_COLUMNS.join(', ')} FROM spans
     WHERE project = {project:String} AND (trace_id, id) IN (${places}) ORDER BY start_ns`,
    { project, ids, userIds },
  );
  const titles = new Map<string, string>();
  for (const row of rows) {
    const { thread_id } = row;
    const attributes = JSON.parse(fullAttributes(row)) as Record<string, unknown>;
    const tracked = attributes[ATTR_MESSAGE_CONTENT];
    const title = titleOf(
      typeof tracked === 'string' ? tracked : firstUserText(messagesOf(attributes)?.input),
    );
    if (title !== '' && !titles.has(thread_id)) titles.set(thread_id, title);
  }
  return titles;
}

function titleOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH - 1).toWellFormed()}…` : line;
}

/** The text of the first message of a user. */
function firstUserText(input: unknown): string {
  const messages: readonly unknown[] = Array.isArray(input) ? input : [input];
  const user = messages.find((message) => isRecord(message) && message['role'] === 'user');
  return textOf(user ?? messages.find((message) => typeof message === 'string'));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value
      .map(textOf)
      .filter((text) => text !== '')
      .join(' ');
  if (!isRecord(value)) return '';
  return textOf(value['text'] ?? value['content'] ?? value['parts']);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
